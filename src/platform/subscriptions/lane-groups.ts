import { LANES } from '../unit-of-work/outbox';

export interface LaneRange {
  laneGroup: number;
  firstLane: number;
  lastLane: number;
}

/** Cuts the lanes of a log into ranges of nearly equal size. */
export function laneGroups(count: number): LaneRange[] {
  return Array.from({ length: count }, (_, laneGroup) => ({
    laneGroup,
    firstLane: Math.floor((laneGroup * LANES) / count),
    lastLane: Math.floor(((laneGroup + 1) * LANES) / count) - 1,
  }));
}
