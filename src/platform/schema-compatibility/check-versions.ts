import { compareSchemas, type CompareOptions, type Difference, type Mode } from './compare-schemas';
import type { JsonSchema } from './json-schema';

/** The schema of one version of a contract, or of what it is answered with. */
export interface VersionSchema {
  readonly contract: string;
  readonly version: number;
  readonly isAnswer: boolean;
  readonly schema: JsonSchema;
}

/** A published version that the code no longer keeps. */
export interface BrokenVersion {
  readonly contract: string;
  readonly version: number;
  readonly isAnswer: boolean;
  /** `gone`: no such version is left; otherwise what breaks. */
  readonly gone: boolean;
  readonly differences: readonly Difference[];
}

const keyOf = ({ contract, version, isAnswer }: Omit<VersionSchema, 'schema'>): string =>
  `${contract} v${version}${isAnswer ? ' answer' : ''}`;

/**
 * The published versions that `current` breaks: each must still be there and mean the same, as messages of it
 * are stored and its readers run elsewhere. `modeOf` says how strict a contract is; full if it says nothing.
 */
export function brokenVersions(
  published: readonly VersionSchema[],
  current: readonly VersionSchema[],
  modeOf: (contract: string) => Mode | undefined = () => undefined,
  options: CompareOptions = {},
): BrokenVersion[] {
  const now = new Map(current.map((one) => [keyOf(one), one.schema]));
  return [...published]
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
    .flatMap(({ contract, version, isAnswer, schema }) => {
      const kept = now.get(keyOf({ contract, version, isAnswer }));
      if (kept === undefined) return { contract, version, isAnswer, gone: true, differences: [] };
      const differences = compareSchemas(schema, kept, modeOf(contract) ?? 'full', options).filter(
        ({ isIncompatible }) => isIncompatible,
      );
      return differences.length > 0 ? { contract, version, isAnswer, gone: false, differences } : [];
    });
}
