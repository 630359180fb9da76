import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { failpoint } from '../../kernel/failpoints';
import { destroyConnection, inTransaction, rowsOf, type Session } from '../../placement/database-target';
import { factsOf, type Move, recordStep } from '../database/move-journal';
import { listOf, type Table, tablesOf } from '../database/tables';

export interface Copied {
  rows: number;
  bytes: number;
  seconds: number;
}

/** Called now and then while a table is copied, and once when it is: then `done` is true. */
export type CopyProgress = (table: string, copied: Copied, done: boolean) => void;

const TELL_EVERY_MS = 2_000;
const NEWLINE = 0x0a;

/**
 * Copies every table, in one snapshot of the source, and each in a transaction of its own in the target,
 * together with the note that it is there. What was copied by a run before this one is not copied again; what
 * that one had begun is gone. The snapshot is a new one, or one that another session hands over by name.
 */
export async function copyTables(
  source: Session,
  target: Session,
  move: Move,
  progress: CopyProgress,
  snapshot?: string,
): Promise<Copied> {
  const total: Copied = { rows: 0, bytes: 0, seconds: 0 };
  await source.client.query('begin isolation level repeatable read read only');
  try {
    if (snapshot !== undefined)
      await source.client.query(`set transaction snapshot ${escapeLiteral(snapshot)}`);
    for (const table of await tablesOf(source)) {
      const copied =
        (await factsOf<Copied>(target, move, stepOf(table))) ??
        (await copyTable(source, target, move, table, progress));
      total.rows += copied.rows;
      total.bytes += copied.bytes;
      total.seconds += copied.seconds;
    }
  } finally {
    await source.client.query('commit').catch(() => undefined);
  }
  return total;
}

const stepOf = ({ name }: Table): string => `copy ${name}`;

async function copyTable(
  source: Session,
  target: Session,
  move: Move,
  table: Table,
  progress: CopyProgress,
): Promise<Copied> {
  const [name, columns] = [escapeIdentifier(table.name), listOf(table.stored)];
  return inTransaction(target, async () => {
    // Rows come in any order, and nothing may happen to them on the way: no foreign key is looked up, no
    // trigger fires.
    await target.client.query('set local role none');
    await target.client.query(`set local session_replication_role = 'replica'`);
    await target.client.query(`set local role ${escapeIdentifier(target.database.roles.owner)}`);
    const meter = new Meter((copied) => progress(table.name, copied, false));
    await pipeline(
      // A partitioned table can be read by a query only.
      source.client.query(copyTo(`copy (select ${columns} from ${name}) to stdout`)),
      meter,
      target.client.query(copyFrom(`copy ${name} (${columns}) from stdin`)),
    ).catch((error: Error) => {
      destroyConnection(source);
      throw new Error(
        `The table ${source.module}.${table.name} was not copied to its end: ${error.message}. Run the same command again: it goes on with this table.`,
        { cause: error },
      );
    });
    const copied = meter.copied;
    failpoint('move.table-copied');
    await recordStep(target, move, stepOf(table), copied);
    progress(table.name, copied, true);
    return copied;
  });
}

/**
 * Numbers that were drawn are not drawn again, whether they were used or not. Identity columns draw from
 * sequences, too.
 */
export async function copySequences(source: Session, target: Session): Promise<void> {
  const sequences = await rowsOf<{ name: string }>(
    source,
    `select relname::text as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'S' order by relname`,
  );
  for (const { name } of sequences) {
    const [{ last_value, is_called }] = await rowsOf<{ last_value: string; is_called: boolean }>(
      source,
      `select last_value, is_called from ${escapeIdentifier(name)}`,
    );
    await target.client.query('select setval($1::regclass, $2, $3)', [
      escapeIdentifier(name),
      last_value,
      is_called,
    ]);
  }
}

/** Counts what passes. In the text format each row ends with a newline, and none of its values has one. */
class Meter extends Transform {
  private readonly begun = performance.now();
  private told = performance.now();
  private rows = 0;
  private bytes = 0;

  constructor(private readonly tell: (copied: Copied) => void) {
    super();
  }

  get copied(): Copied {
    return { rows: this.rows, bytes: this.bytes, seconds: (performance.now() - this.begun) / 1_000 };
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) this.rows += 1;
    if (performance.now() > this.told + TELL_EVERY_MS) {
      this.told = performance.now();
      this.tell(this.copied);
    }
    done(null, chunk);
  }
}
