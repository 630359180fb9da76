import type { EntityManager } from 'typeorm';
import { PositionStore } from '../../../src/platform/subscriptions/position-store';
import { unplantable } from './planting';

/** How positions are moved. */
export type Move = PositionStore['move'];

/** The connection of a running unit of work that a store speaks to. */
export function connectionOf(store: PositionStore): EntityManager {
  const { connection } = store as unknown as { connection?: EntityManager };
  return connection ?? unplantable('a position store no longer keeps its connection in `connection`');
}

/** The same store on another connection. */
export const storeOn = (
  store: PositionStore,
  other: (connection: EntityManager) => EntityManager,
): PositionStore => new PositionStore(other(connectionOf(store)));
