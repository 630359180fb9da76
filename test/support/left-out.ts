const MARK = 'left out: ';

/**
 * A `describe` that skips its tests and writes the reason into its name, where `left-out-reporter.js` finds
 * it: the end of the run then says how many tests were left out and why. The reason says what is missing and
 * how to get it.
 */
export function leftOut(reason: string): jest.Describe {
  const named = (name: Parameters<jest.Describe>[0]): string =>
    `${typeof name === 'object' || typeof name === 'function' ? name.name : name} [${MARK}${reason}]`;
  return Object.assign(
    (...[name, tests]: Parameters<jest.Describe>) => globalThis.describe.skip(named(name), tests),
    {
      only: globalThis.describe.skip,
      skip: globalThis.describe.skip,
      each: globalThis.describe.skip.each,
    },
  );
}
