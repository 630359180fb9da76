import type { EntityManager } from 'typeorm';
import type { SagaInstance, StepStatus } from './saga-machine';

/** A process with the number of commands it has sent: the version of its key in the log. */
export interface StoredSaga {
  instance: SagaInstance<object>;
  version: number;
}

interface SagaRow {
  state: string;
  final: boolean;
  facts: object;
  steps: Record<string, StepStatus>;
  outcome: string | null;
  reason: string | null;
  deadline_at: Date | null;
  version: number;
}

/** Reads a process and locks its row until the unit of work ends. */
export async function lockSaga(manager: EntityManager, saga: string, id: string): Promise<StoredSaga | null> {
  const [row]: SagaRow[] = await manager.query(
    'select state, final, facts, steps, outcome, reason, deadline_at, version from sagas where saga = $1 and id = $2 for update',
    [saga, id],
  );
  if (!row) return null;
  const { version, deadline_at, outcome, reason, ...rest } = row;
  return {
    version,
    instance: { id, ...rest, outcome: outcome ?? undefined, reason: reason ?? undefined, deadlineAt: deadline_at ?? undefined },
  };
}

/** Stores a new process. False when it has been started before. */
export async function insertSaga(manager: EntityManager, saga: string, { instance, version }: StoredSaga, now: Date): Promise<boolean> {
  const inserted: unknown[] = await manager.query(
    `insert into sagas (saga, id, state, final, facts, steps, outcome, reason, deadline_at, version, started_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) on conflict do nothing returning id`,
    [
      saga,
      instance.id,
      instance.state,
      instance.final,
      JSON.stringify(instance.facts),
      JSON.stringify(instance.steps),
      instance.outcome ?? null,
      instance.reason ?? null,
      instance.deadlineAt ?? null,
      version,
      now,
    ],
  );
  return inserted.length === 1;
}

/** Writes a locked process back. Its facts never change. */
export async function updateSaga(manager: EntityManager, saga: string, { instance, version }: StoredSaga, now: Date): Promise<void> {
  await manager.query(
    `update sagas set state = $3, final = $4, steps = $5, outcome = $6, reason = $7, deadline_at = $8, version = $9, changed_at = $10
     where saga = $1 and id = $2`,
    [
      saga,
      instance.id,
      instance.state,
      instance.final,
      JSON.stringify(instance.steps),
      instance.outcome ?? null,
      instance.reason ?? null,
      instance.deadlineAt ?? null,
      version,
      now,
    ],
  );
}
