import { dirname, join, relative } from 'node:path';
import { packPlatform } from './platform-package.ts';

/** `npm run package`: builds the npm package of the platform in `dist/package/`, and packs it there. */
const ROOT = join(dirname(process.argv[1]), '../..');

const { tarball, manifest } = packPlatform(ROOT, join(ROOT, 'dist/package'));
console.log(`${manifest.name} ${manifest.version} is packed: ${relative(ROOT, tarball)}`);
console.log(`An application installs it with: npm install ${tarball}`);
