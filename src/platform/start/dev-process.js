'use strict';
// What dev.js starts: loads packages, waits for its turn, then becomes the compiled application.
const inspector = require('node:inspector');
const Module = require('node:module');
const { performance, PerformanceObserver } = require('node:perf_hooks');
const { join } = require('node:path');

const { DIST, ROOT } = require('./build');

const PACKAGES = `${join(ROOT, 'node_modules')}/`;

require('./source-maps');
if (Module.enableCompileCache) Module.enableCompileCache(join(DIST, '.compiled'));

/** The packages that a later process may load ahead: the files that the sources asked for come before what those load. */
const loaded = () => Object.keys(require.cache).filter((file) => file.startsWith(PACKAGES));

// dev.js is gone: the application must not stay.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));

process.on('message', ({ packages = [], run, inspectorPort }) => {
  for (const file of packages) {
    try {
      require(file);
    } catch {
      // It is loaded again where it is needed, and fails there.
    }
  }
  if (run === undefined) return;
  new PerformanceObserver((marks) => {
    if (marks.getEntriesByName('started').length > 0) process.send({ ready: true, packages: loaded() });
  }).observe({ entryTypes: ['mark'] });
  if (inspectorPort) inspector.open(inspectorPort, '127.0.0.1');
  performance.mark('start');
  process.argv = [process.execPath, run];
  Module.runMain(run);
});
