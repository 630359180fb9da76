import { Module, type Type } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { BoundedContext } from '../../src/platform/hosting/bounded-context';
import { Subscription } from '../../src/platform/messages/subscription';
import { BATCH, MODULE } from '../contestants/seamline/bench-module';
import { Published } from '../contestants/seamline/published.event';

/** A module with so many subscriptions to its own log, none of which does anything but `see`. */
export function subscribingModule(
  count: number,
  see: (subscription: number, event: Published) => void,
): Type {
  @BoundedContext({ name: MODULE })
  @Module({ providers: Array.from({ length: count }, (_, index) => subscriber(index, see)) })
  class SubscribingModule {}
  return SubscribingModule;
}

function subscriber(index: number, see: (subscription: number, event: Published) => void): Type {
  @Subscription(`bench.count-${index}`, { batchSize: BATCH, laneGroups: 1 })
  @EventsHandler(Published)
  class CountPublished implements IEventHandler<Published> {
    async handle(event: Published): Promise<void> {
      see(index, event);
    }
  }
  return CountPublished;
}
