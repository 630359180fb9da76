import { dirname, join } from 'node:path';
import { megabytes, productionPackages } from './production-packages.ts';

/** `npm run size`: what `npm ci --omit=dev` installs beside the Node runtime. Exits 1 above the limit. */
const LIMIT_MB = 150;
const LISTED = 12;

const packages = productionPackages(join(dirname(process.argv[1]), '../..'));
const line = (mb: number, name: string, by: string): string => `${mb.toFixed(1).padStart(7)}  ${name.padEnd(32)}${by}`.trimEnd();

console.log('     MB  package                         needed by');
for (const found of packages.slice(0, LISTED)) console.log(line(megabytes([found]), found.name, found.neededBy.join(', ')));
console.log(line(megabytes(packages.slice(LISTED)), `${packages.length - LISTED} others`, ''));
const sum = megabytes(packages);
console.log(line(sum, `in all, of ${LIMIT_MB} at most`, ''));
if (sum > LIMIT_MB) {
  console.error('Too large. What only development needs belongs to devDependencies: see docs/decisions/0002-runtime-dependencies.md');
  process.exitCode = 1;
}
