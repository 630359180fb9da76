'use strict';
// Plain JavaScript, because the benchmarks cannot be compiled before their packages are there.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { join } = require('node:path');

const INSTALLED = join(__dirname, 'node_modules/.package-lock.json');
const LOCK = join(__dirname, 'package-lock.json');
const LINK = join(__dirname, '../dist/bench/node_modules');

/** Installs what Seamline is measured against, unless it is there, and lets the compiled benchmarks find it. */
function install() {
  if (!fs.existsSync(INSTALLED) || fs.statSync(INSTALLED).mtimeMs < fs.statSync(LOCK).mtimeMs) {
    console.error('Installing what Seamline is measured against, in bench/ ...');
    // The project's own setting about peers reaches npm through the environment; here they are needed.
    const { status } = spawnSync('npm', ['ci', '--no-progress', '--legacy-peer-deps=false'], {
      cwd: __dirname,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
    if (status !== 0) {
      console.error(
        'The packages of bench/ could not be installed; nothing was measured. Way out: run `npm ci` in bench/ and read what it says.',
      );
      process.exit(1);
    }
  }
  fs.mkdirSync(join(LINK, '..'), { recursive: true });
  fs.rmSync(LINK, { force: true });
  fs.symlinkSync(join(__dirname, 'node_modules'), LINK, 'junction');
}

module.exports = { install };

if (require.main === module) install();
