import type { LogPosition } from '../messages/envelope';

/** The right of one process to work on one lane group of a subscription, until it ends or is taken over. */
export interface Lease {
  subscription: string;
  log: string;
  laneGroup: number;
  firstLane: number;
  lastLane: number;
  /** Grows with every change of hands; a position is only moved by the epoch that holds it. */
  epoch: bigint;
  /** The position as stored. */
  stored: LogPosition;
  /** The position as read: at or after `stored`, because an empty window moves nothing. */
  scanned: LogPosition;
}

export interface PositionRow {
  subscription: string;
  log: string;
  lane_group: number;
  first_lane: number;
  last_lane: number;
  generation: number;
  tick: string;
  seq: string;
  epoch: string;
}

export function leaseOf(row: PositionRow): Lease {
  const stored = { generation: row.generation, tick: BigInt(row.tick), seq: BigInt(row.seq) };
  return {
    subscription: row.subscription,
    log: row.log,
    laneGroup: row.lane_group,
    firstLane: row.first_lane,
    lastLane: row.last_lane,
    epoch: BigInt(row.epoch),
    stored,
    scanned: stored,
  };
}
