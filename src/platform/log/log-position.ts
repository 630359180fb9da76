import type { LogPosition } from '../messages/envelope';

/** Negative when `a` comes first, positive when `b` does, 0 when they are the same place. */
export function comparePositions(a: LogPosition, b: LogPosition): number {
  if (a.generation !== b.generation) return a.generation - b.generation;
  if (a.tick !== b.tick) return a.tick < b.tick ? -1 : 1;
  if (a.seq !== b.seq) return a.seq < b.seq ? -1 : 1;
  return 0;
}

/** The first place after everything that tick `tick` closed. */
export const startOfWindow = (generation: number, tick: bigint): LogPosition => ({
  generation,
  tick,
  seq: 0n,
});
