'use strict';
const { createTransformer } = require('@swc/jest');

/**
 * Makes an ESM-only package loadable by Jest's CommonJS runtime. Such packages often declare a `__dirname` of their own,
 * which CommonJS already has as a parameter; the declaration is given another name.
 */
module.exports = {
  createTransformer(options) {
    const swc = createTransformer(options);
    return {
      ...swc,
      process: (source, path, jestOptions) =>
        swc.process(source.replace(/\b__(dirname|filename)\b/g, 'esm_$1'), path, jestOptions),
    };
  },
};
