// Loaded before the application, as in: RIG_CLOCK_AHEAD_MS=2400000 node --require
// dist/test/faults/instruments/clock-ahead.js dist/src/main.js
/**
 * What the process takes for the time of day is so much later than it is; what it measures
 * (`performance.now`) is right.
 */
const ahead = Number(process.env.RIG_CLOCK_AHEAD_MS ?? 0);

if (ahead !== 0) {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given: []) {
      if (given.length === 0) super(Real.now() + ahead);
      else super(...given);
    }

    static override now(): number {
      return Real.now() + ahead;
    }
  } as DateConstructor;
}
