import type { RigRecord } from '../load/rig-record';
import type { Stage } from '../stage/stage';

export const INVARIANTS = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7'] as const;
export type InvariantName = (typeof INVARIANTS)[number];

/** Something that is not as promised. */
export interface Violation {
  readonly invariant: InvariantName;
  readonly what: string;
}

/** Asks the database and the rig's own record, never the code under test. */
export interface Check {
  readonly invariant: InvariantName;
  readonly sentence: string;
  /** A sentence for each thing that is wrong. */
  find(stage: Stage, record: RigRecord): Promise<string[]>;
}

/** The sentences of a query with one column `what`. */
export async function sentences(stage: Stage, sql: string, parameters: unknown[] = []): Promise<string[]> {
  const rows = await stage.askAsSuperuser<{ what: string | null }>(sql, parameters);
  return rows.flatMap(({ what }) => what ?? []);
}
