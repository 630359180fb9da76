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

/**
 * The same question about what readers of the logs get. Where a log was cut off and goes on with copies of
 * its last messages, the parts beyond the cut are still in the table, and no reader comes there.
 */
export const asRead = ({ hasCutLogs }: Stage, sql: string): string =>
  hasCutLogs
    ? sql.replace(
        /\b([a-z]+)\.outbox\b(?: ([a-z])\b)?/g,
        (_, log: string, alias = 'outbox') =>
          `(select * from ${log}.outbox o where not exists (select from ${log}.outbox n where n.id = o.id and n.generation > o.generation)) as ${alias}`,
      )
    : sql;

/** The sentences of a query with one column `what`. */
export async function sentences(stage: Stage, sql: string, parameters: unknown[] = []): Promise<string[]> {
  const rows = await stage.askAsSuperuser<{ what: string | null }>(asRead(stage, sql), parameters);
  return rows.flatMap(({ what }) => what ?? []);
}
