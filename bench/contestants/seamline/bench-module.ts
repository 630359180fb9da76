import { Module, type Type } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { BoundedContext } from '../../../src/platform/hosting/bounded-context';
import { type BatchWriter, UnitOfWork } from '../../../src/platform/unit-of-work/unit-of-work';
import { Subscription } from '../../../src/platform/messages/subscription';
import { EFFECT } from '../business-table';
import type { ConsumeOptions } from '../contestant';
import { Published } from './published.event';

export const MODULE = 'bench';

/** Messages handled in one transaction, where the contract is one acknowledgement for many. */
export const BATCH = 500;
/** Position rows, and so transactions side by side. */
export const LANE_GROUPS = 4;

/** A module without a subscription: it only publishes. */
@BoundedContext({ name: MODULE })
@Module({})
export class PublishingModule {}

/** The effects of a batch, sent together at its end. */
const addEffects: BatchWriter<number> = {
  write: (manager, keys) =>
    manager.query(
      `update accounts set effects = effects + k.times
       from (select key, count(*) as times from unnest($1::int[]) key group by key) k where id = k.key`,
      [keys],
    ),
};

/** How a handler writes: a statement for each message, or one for all messages of a batch. */
export type Writing = 'each' | 'deferred';

/** A module with one subscription to its own log, as an application would write it. */
export function consumingModule(
  { acknowledgement, prompt, effect, see }: ConsumeOptions,
  writing: Writing,
): Type {
  const batchSize = acknowledgement === 'message' ? 1 : BATCH;

  // An application that wants its messages soon leaves the options as they are.
  @Subscription('bench.count', prompt ? {} : { batchSize, laneGroups: LANE_GROUPS })
  @EventsHandler(Published)
  class CountPublished implements IEventHandler<Published> {
    constructor(private readonly work: UnitOfWork) {}

    async handle(event: Published): Promise<void> {
      see(event);
      if (!effect) return;
      if (writing === 'deferred') this.work.defer(addEffects, event.key);
      else await this.work.manager.query(EFFECT.text, [event.key]);
    }
  }

  @BoundedContext({ name: MODULE })
  @Module({ providers: [CountPublished] })
  class ConsumingModule {}
  return ConsumingModule;
}
