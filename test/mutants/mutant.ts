/** One mistake that could be made in the sources, and the tests that have to notice it. */
export interface Mutant {
  /** Short and unique, in the words of the code: `retry-at-ignored`. */
  readonly name: string;
  /** What no longer holds with the mistake. */
  readonly breaks: string;
  /** The source file, from the root of the repository. */
  readonly file: string;
  /** A text that stands in the file exactly once ... */
  readonly find: string;
  /** ... and what is put in its place. */
  readonly put: string;
  /** The test files that have to fail, from the root of the repository. */
  readonly specs: readonly string[];
  /** The test files start the built application, which is built with the mistake then. Default: no. */
  readonly built?: boolean;
}

/**
 * The source with the mistake in it. Throws when the text to replace does not stand in the source exactly
 * once.
 */
export function planted({ name, file, find, put }: Mutant, source: string): string {
  const places = source.split(find).length - 1;
  if (places !== 1)
    throw new Error(
      `The mutant ${name} replaces a text that stands in ${file} ${places} times and not once. Bring it up to date.`,
    );
  return source.replace(find, () => put);
}
