#!/usr/bin/env node
'use strict';
// Usage: node src/platform/start/build.js [program], in the application's folder.
// Plain JavaScript, because it runs before anything is built, and without newer syntax, because it tells an old Node what to do.
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { join, relative } = require('node:path');

/** The application's folder, in which npm runs its scripts. The platform may stand elsewhere: it may be a package that is installed. */
const ROOT = process.cwd();
const DIST = join(ROOT, 'dist');
const APPLICATION = { config: 'tsconfig.build.json', sources: ['src', 'migrations'], notes: DIST };
/** Programs that are built together with the application and are no part of it: building only the application takes them away. */
const BESIDE = {
  test: { config: 'tsconfig.faults.json', sources: ['src', 'migrations', 'test'], notes: join(DIST, 'test') },
  bench: {
    config: 'bench/tsconfig.build.json',
    sources: ['src', 'migrations', 'bench'],
    notes: join(DIST, 'bench'),
  },
};
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

const files = (folder) => {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]));
};

/** Where a package of the application's is, which the platform need not have itself; undefined where it is not installed. */
function installed(name) {
  try {
    return require.resolve(name, { paths: [ROOT] });
  } catch {
    return undefined;
  }
}

/** Stops with an explanation where there is no application. */
function checkFolder(project) {
  if (fs.existsSync(join(ROOT, project.config))) return;
  console.error(
    `There is no ${project.config} in ${ROOT}, so there is nothing to build.\nWay out: run this in the application's folder, as npm scripts do.`,
  );
  process.exit(1);
}

/** Stops with an explanation on a Node that cannot load the ES modules that NestJS 12 and TypeORM 1.1 consist of. */
function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 13)) return;
  console.error(
    `Seamline needs Node 22.13 or newer; this is Node ${process.versions.node} (${process.execPath}).\n` +
      'On Linux `npm ci` installs Node 24 next to the other packages and npm scripts use it, unless optional packages were left out.\n' +
      'Way out: run `npm ci` without --omit=optional and start through `npm start`, or install Node 24 from https://nodejs.org.',
  );
  process.exit(1);
}

/**
 * What the build was made from: changes when any source or setting does. Sources count by their time and size, so that hundreds need
 * not be read at every start; settings by their content, because npm writes the lock file anew without a change.
 */
function fingerprint(project, root = ROOT) {
  const hash = createHash('sha1').update(process.versions.node);
  const sources = project.sources
    .flatMap((folder) => files(join(root, folder)))
    .filter((file) => /\.tsx?$/.test(file) && !/\.spec\.ts$/.test(file));
  for (const file of sources.sort()) {
    const { mtimeMs, size } = fs.statSync(file);
    hash.update(`${relative(root, file)} ${mtimeMs} ${size}\n`);
  }
  const settings = [...SETTINGS, project.config].filter((name) => fs.existsSync(join(root, name)));
  for (const name of settings.sort()) hash.update(`${name}\n`).update(fs.readFileSync(join(root, name)));
  return hash.digest('hex');
}

/** What is remembered of the last build goes: the next one compiles everything. */
function forgetBuild(project) {
  for (const name of ['.built-from', '.tsbuildinfo']) fs.rmSync(join(project.notes, name), { force: true });
}

/** Removes what was built from sources that are gone, so that a deleted migration does not run from an old build. */
function prune(project) {
  for (const folder of project.sources) {
    for (const built of files(join(DIST, folder))) {
      const source = join(ROOT, relative(DIST, built)).replace(/\.js(\.map)?$/, '.ts');
      if (/\.js(\.map)?$/.test(built) && !fs.existsSync(source)) fs.rmSync(built);
    }
  }
}

/**
 * Compiles the application to `dist/`, or what an entry outside `src/` needs: only what changed, and nothing when nothing did.
 * What each project remembers of its last build stands where its own output does, so that the two go together.
 */
function build(entry = 'src/main') {
  checkNode();
  const beside = Object.keys(BESIDE).find((folder) => entry.startsWith(`${folder}/`));
  const project = beside ? BESIDE[beside] : APPLICATION;
  checkFolder(project);
  if (!beside)
    for (const folder of Object.keys(BESIDE)) fs.rmSync(join(DIST, folder), { recursive: true, force: true });
  const stamp = join(project.notes, '.built-from');
  const now = fingerprint(project);
  const built = fs.existsSync(stamp) ? fs.readFileSync(stamp, 'utf8') : '';
  if (built === now && fs.existsSync(join(DIST, `${beside ? entry : 'src/main'}.js`))) return;
  const compiler = installed('typescript/bin/tsc');
  if (!compiler) {
    console.error(
      (built ? 'What was built is older than the sources' : 'Nothing is built yet') +
        ', and the compiler is not installed: it is for development, and left out by --omit=dev and NODE_ENV=production.\n' +
        'Way out: run `npm ci --include=dev && npm run build`; `npm prune --omit=dev` after that leaves what was built as it is.',
    );
    process.exit(1);
  }
  const begin = Date.now();
  console.error(built ? 'Building what changed ...' : 'Building (a few seconds, once) ...');
  fs.rmSync(stamp, { force: true });
  prune(project);
  const options = [
    '-p',
    project.config,
    '--incremental',
    '--tsBuildInfoFile',
    join(project.notes, '.tsbuildinfo'),
  ];
  const { status } = spawnSync(process.execPath, [compiler, ...options], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) {
    console.error('The build failed; nothing was started.');
    process.exit(1);
  }
  fs.writeFileSync(stamp, now);
  console.error(`Built in ${((Date.now() - begin) / 1000).toFixed(1)} s.`);
}

module.exports = { build, checkNode, fingerprint, forgetBuild, installed, APPLICATION, DIST, ROOT };

if (require.main === module) build(process.argv[2]);
