'use strict';
// Plain JavaScript, because Jest loads its reporters without a transform.

const { setImmediate } = require('node:timers');

const OTHER = 'skipped in their own files';

/** How many tests of a run were left out, by reason: what `left-out.ts` wrote into the names of their groups. */
function leftOut(results) {
  const counts = new Map();
  for (const { testResults } of results.testResults) {
    for (const { status, ancestorTitles } of testResults) {
      if (status !== 'pending') continue;
      const reason =
        ancestorTitles.map((title) => /\[left out: (.+)\]$/.exec(title)?.[1]).find(Boolean) ?? OTHER;
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
  }
  return counts;
}

/** What is said about them; undefined where every test was run. */
function sayLeftOut(results, nameFilter) {
  // Jest counts as skipped what `-t` passes over: that was asked for.
  if (nameFilter) return undefined;
  const counts = leftOut(results);
  if (counts.size === 0) return undefined;
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const lines = [...counts].map(([reason, count]) => `  ${count}: ${reason}`);
  return [`${all} of ${results.numTotalTests} tests were left out:`, ...lines].join('\n');
}

/** Says at the end of a run how many tests were left out and why. */
class LeftOutReporter {
  constructor(config) {
    this.nameFilter = config.testNamePattern;
  }

  onRunComplete(_contexts, results) {
    const said = sayLeftOut(results, this.nameFilter);
    // Jest calls its own summary last; this line comes after that one.
    if (said) setImmediate(() => process.stderr.write(`\n${said}\n`));
  }
}

module.exports = LeftOutReporter;
module.exports.sayLeftOut = sayLeftOut;
