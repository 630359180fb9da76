import { dirname, join } from 'node:path';
import { type Cell, table } from '../../src/platform/cli/table.ts';
import { megabytes, productionPackages } from './production-packages.ts';

/** `npm run size`: what `npm ci --omit=dev` installs beside the Node runtime. Exits 1 above the limit. */
const LIMIT_MB = 150;
const LISTED = 12;

const packages = productionPackages(join(dirname(process.argv[1]), '../..'));
const sum = megabytes(packages);
const row = (mb: number, name: string, by = ''): Cell[] => [{ figure: mb.toFixed(1) }, name, by];

const rows = [
  ...packages.slice(0, LISTED).map((found) => row(megabytes([found]), found.name, found.neededBy.join(', '))),
  row(megabytes(packages.slice(LISTED)), `${packages.length - LISTED} others`),
  row(sum, `in all, of ${LIMIT_MB} at most`),
];
for (const line of table(['MB', 'package', 'needed by'], rows)) console.log(line);
if (sum > LIMIT_MB) {
  console.error(
    'Too large. What only development needs belongs to devDependencies: see docs/decisions/0002-runtime-dependencies.md',
  );
  process.exitCode = 1;
}
