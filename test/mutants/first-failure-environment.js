'use strict';
const { TestEnvironment } = require('jest-environment-node');

/** Leaves the tests out that come after the first failure in their file: one is enough to catch a mistake, and others may wait for their limits. */
module.exports = class FirstFailureEnvironment extends TestEnvironment {
  hasFailed = false;

  handleTestEvent({ name, test }) {
    if (name === 'test_fn_failure' || name === 'hook_failure') this.hasFailed = true;
    if (name === 'test_start' && this.hasFailed) test.mode = 'skip';
  }
};
