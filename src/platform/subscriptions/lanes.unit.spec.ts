import { laneOf, LANES } from '../unit-of-work/outbox';
import { laneGroups } from './lane-groups';

describe('the lanes of a log', () => {
  // The first byte of what md5sum says. Stored messages keep their lane for ever.
  it.each([
    ['', 212],
    ['a', 12],
    ['85123A', 18],
    ['01890000-0000-7000-8000-000000000000', 94],
    ['01890000-0000-7000-8000-000000000001', 105],
    ['naïve ☃', 249],
  ])('of the key "%s" is the same for ever', (key, lane) => {
    expect(laneOf(key)).toBe(lane);
  });

  it('are all used', () => {
    const lanes = new Set(Array.from({ length: 10_000 }, (_, number) => laneOf(`key ${number}`)));
    expect([...lanes].sort((a, b) => a - b)).toEqual(Array.from({ length: 256 }, (_, lane) => lane));
    expect(LANES).toBe(256);
  });

  it.each([1, 3, 4, 7, 256])('belong each to one of %i groups', (count) => {
    const groups = laneGroups(count);
    expect(groups.map(({ laneGroup }) => laneGroup)).toEqual(
      Array.from({ length: count }, (_, group) => group),
    );
    const covered = groups.flatMap(({ firstLane, lastLane }) =>
      Array.from({ length: lastLane - firstLane + 1 }, (_, index) => firstLane + index),
    );
    expect(covered).toEqual(Array.from({ length: 256 }, (_, lane) => lane));
  });
});
