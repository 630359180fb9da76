import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type BatchWriter, UnitOfWork } from '../unit-of-work/unit-of-work';
import { failpoint } from '../kernel/failpoints';
import type { SagaInstance, StepStatus } from './saga-machine';

/** A process with the number of commands it has sent: the version of its key in the log. */
export interface StoredSaga {
  instance: SagaInstance<object>;
  version: number;
}

/** The locked processes of one unit of work by name and id; null where it is known that there is none. */
type LockedSagas = Map<string, StoredSaga | null>;

interface SagaRow {
  saga: string;
  id: string;
  state: string;
  final: boolean;
  facts: object;
  steps: Record<string, StepStatus>;
  outcome: string | null;
  reason: string | null;
  deadline_at: Date | null;
  version: number;
}

interface SagaWrite {
  row: SagaRow & { started_at: Date; changed_at: Date };
  isNew: boolean;
}

const COLUMNS =
  'saga, id, state, final, facts, steps, outcome, reason, deadline_at, version, started_at, changed_at';
const INSERT = `insert into sagas (${COLUMNS}) select ${COLUMNS} from json_populate_recordset(null::sagas, $1::json)`;
/** The facts of a process and its start never change. */
const UPDATE = `
  update sagas as present set
    state = next.state, final = next.final, steps = next.steps, outcome = next.outcome, reason = next.reason,
    deadline_at = next.deadline_at, version = next.version, changed_at = next.changed_at
  from json_populate_recordset(null::sagas, $1::json) next
  where present.saga = next.saga and present.id = next.id`;

/**
 * Processes in the running unit of work: each is read and locked once and written at its end, together with
 * the others.
 */
@Injectable()
export class SagaStore implements BatchWriter<SagaWrite> {
  constructor(private readonly work: UnitOfWork) {}

  /** Reads a process and locks its row until the unit of work ends. */
  async lock(saga: string, id: string): Promise<StoredSaga | null> {
    const known = this.locked.get(keyOf(saga, id));
    if (known !== undefined) return known;
    await this.read(saga, [id]);
    return this.locked.get(keyOf(saga, id)) ?? null;
  }

  /**
   * Locks many in one statement, and remembers also which of them have not begun; answers those that have, by
   * id.
   */
  async lockAll(saga: string, ids: readonly string[]): Promise<ReadonlyMap<string, StoredSaga>> {
    const { locked } = this;
    const wanted = [...new Set(ids)];
    const asked = wanted.filter((id) => !locked.has(keyOf(saga, id)));
    if (asked.length > 0) await this.read(saga, asked);
    for (const id of asked) if (!locked.has(keyOf(saga, id))) locked.set(keyOf(saga, id), null);
    return new Map(
      wanted.flatMap((id) => {
        const stored = locked.get(keyOf(saga, id));
        return stored ? [[id, stored]] : [];
      }),
    );
  }

  /** Stores a new process. False when it has been started before. */
  async insert(saga: string, stored: StoredSaga, now: Date): Promise<boolean> {
    const key = keyOf(saga, stored.instance.id);
    const known = this.locked.get(key);
    if (known) return false;
    const write: SagaWrite = {
      row: { ...rowOf(saga, stored), started_at: now, changed_at: now },
      isNew: true,
    };
    // Known not to have begun: if another transaction begins it meanwhile, the keys collide and the message
    // is retried.
    if (known === null) this.work.defer(this, write);
    else {
      const inserted: unknown[] = await this.work.manager.query(
        `${INSERT} on conflict do nothing returning 1`,
        [JSON.stringify([write.row])],
      );
      if (inserted.length === 0) return false;
    }
    this.locked.set(key, stored);
    return true;
  }

  /** Writes a locked process back. */
  update(saga: string, stored: StoredSaga, now: Date): void {
    this.locked.set(keyOf(saga, stored.instance.id), stored);
    this.work.defer(this, {
      row: { ...rowOf(saga, stored), started_at: now, changed_at: now },
      isNew: false,
    });
  }

  async write(manager: EntityManager, writes: readonly SagaWrite[]): Promise<void> {
    const last = new Map<string, SagaWrite>();
    for (const { row, isNew } of writes) {
      const key = keyOf(row.saga, row.id);
      const earlier = last.get(key);
      last.set(key, {
        row: earlier ? { ...row, started_at: earlier.row.started_at } : row,
        isNew: isNew || earlier?.isNew === true,
      });
    }
    const added = [...last.values()].filter(({ isNew }) => isNew);
    const changed = [...last.values()].filter(({ isNew }) => !isNew);
    if (added.length > 0) await manager.query(INSERT, [JSON.stringify(added.map(({ row }) => row))]);
    if (changed.length > 0) await manager.query(UPDATE, [JSON.stringify(changed.map(({ row }) => row))]);
    failpoint('saga.saved');
  }

  private async read(saga: string, ids: readonly string[]): Promise<void> {
    const rows: SagaRow[] = await this.work.manager.query(
      `select saga, id, state, final, facts, steps, outcome, reason, deadline_at, version from sagas
       where saga = $1 and id = any ($2) order by id for update`,
      [saga, ids],
    );
    for (const { id, version, deadline_at, outcome, reason, state, final, facts, steps } of rows) {
      const instance = {
        id,
        state,
        final,
        facts,
        steps,
        outcome: outcome ?? undefined,
        reason: reason ?? undefined,
        deadlineAt: deadline_at ?? undefined,
      };
      this.locked.set(keyOf(saga, id), { instance, version });
    }
  }

  private get locked(): LockedSagas {
    return this.work.memoryOf<LockedSagas>(this, () => new Map());
  }
}

const keyOf = (saga: string, id: string): string => `${saga} ${id}`;

const rowOf = (saga: string, { instance, version }: StoredSaga): SagaRow => ({
  saga,
  id: instance.id,
  state: instance.state,
  final: instance.final,
  facts: instance.facts,
  steps: instance.steps,
  outcome: instance.outcome ?? null,
  reason: instance.reason ?? null,
  deadline_at: instance.deadlineAt ?? null,
  version,
});
