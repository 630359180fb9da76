'use strict';
// Stack traces name the lines of our sources. The maps of all packages would be read at every start, and take a sixth of it.
const Module = require('node:module');

// Since Node 22.14 and 23.7; before, it is all or none.
if (Module.setSourceMapsSupport) Module.setSourceMapsSupport(true, { nodeModules: false });
else process.setSourceMapsEnabled(true);
