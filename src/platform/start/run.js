#!/usr/bin/env node
'use strict';
// Usage: node src/platform/start/run.js src/main [arguments], in the application's folder.
// Builds if needed, then becomes the compiled program: same process, so that signals and exit codes need no forwarding.
const Module = require('node:module');
const { join } = require('node:path');
const { build, DIST } = require('./build');

const [entry, ...rest] = process.argv.slice(2);
if (!entry) throw new Error('Say which program to run, as in: node src/platform/start/run.js src/main');

// Tests run side by side and were built before: a build would take what another one runs from under it.
if (process.env.JEST_WORKER_ID === undefined) build(entry);
require('./source-maps');
if (Module.enableCompileCache) Module.enableCompileCache(join(DIST, '.compiled'));
process.argv = [process.execPath, join(DIST, `${entry}.js`), ...rest];
Module.runMain(process.argv[1]);
