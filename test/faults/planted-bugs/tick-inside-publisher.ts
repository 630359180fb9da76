import { type Statement, Transaction } from '../../../src/platform/database/transaction';
import { beside } from './beside';
import type { PlantedBug } from './planted-bug';
import { replaceMethod } from './planting';

/** Only a snapshot that goes on from the last one. */
const STORE_TICK = `
  with head as (
    select h.generation, h.tick from log_head h join ticks t using (generation, tick)
    where pg_snapshot_xmax($1::pg_snapshot) > pg_snapshot_xmax(t.snapshot) for update of h
  ), moved as (
    update log_head h set tick = h.tick + 1 from head returning h.generation, h.tick
  )
  insert into ticks (generation, tick, snapshot) select generation, tick, $1::pg_snapshot from moved`;

/** The stage is set before the trial grants what only functions of the owner may do. */
function passOverMissingRights(error: Error & { code?: string }): void {
  if (error.code !== '42501') throw error;
}

export const tickInsidePublisher: PlantedBug = {
  name: 'tick-inside-publisher',
  sentence:
    "a tick's snapshot is taken by a transaction that publishes: it counts that one as done, and what it publishes is passed over",
  plant: () =>
    replaceMethod<(this: Transaction, last?: Statement) => Promise<void>>(
      Transaction,
      'commit',
      (original) =>
        async function (this: Transaction, last) {
          if (last) {
            const [{ snapshot }] = await this.manager.query<[{ snapshot: string }]>(
              'select pg_current_snapshot()::text as snapshot',
            );
            await beside(this.manager).query(STORE_TICK, [snapshot]).catch(passOverMissingRights);
          }
          await original.call(this, last);
        },
    ),
};
