import type { Envelope } from '../messages/envelope';
import { laneGroups } from './lane-groups';
import type { Lease } from './lease';
import { assignBatches } from './batch-assignment';

const start = { generation: 1, tick: 0n, seq: 0n };
const leases: Lease[] = laneGroups(4).map((range) => ({
  ...range,
  subscription: 's',
  log: 'l',
  epoch: 1n,
  stored: start,
  scanned: start,
}));
const messagesIn = (...lanes: number[]): Envelope[] =>
  lanes.map((lane, index) => ({ lane, position: { ...start, seq: BigInt(index + 1) } }) as Envelope);

const dealt = (lanes: number[], transactions: number, batchSize: number, of = leases) => {
  const { shares, end } = assignBatches(messagesIn(...lanes), of, transactions, batchSize);
  return {
    groups: shares.map((share) => share.leases.map(({ laneGroup }) => laneGroup)),
    lanes: shares.map((share) => share.messages.map(({ lane }) => lane)),
    end: end?.seq,
  };
};

describe('Messages are shared out', () => {
  it('to the lane groups that they belong to, in their order', () => {
    expect(dealt([0, 255, 64, 1, 128], 4, 10)).toEqual({
      groups: [[0], [1], [2], [3]],
      lanes: [[0, 1], [64], [128], [255]],
      end: undefined,
    });
  });

  it('to lane groups together where there are fewer transactions than those', () => {
    expect(dealt([0, 255, 64, 128], 2, 10)).toEqual({
      groups: [
        [0, 2],
        [1, 3],
      ],
      lanes: [
        [0, 128],
        [255, 64],
      ],
      end: undefined,
    });
  });

  it('until one transaction has a full batch, and nobody is moved beyond that', () => {
    expect(dealt([0, 64, 1, 2, 65], 4, 2)).toEqual({ groups: [[0], [1]], lanes: [[0, 1], [64]], end: 3n });
  });

  it('to nobody where nobody holds their lane', () => {
    expect(dealt([0, 64, 255], 2, 2, leases.slice(1, 2))).toEqual({
      groups: [[1]],
      lanes: [[64]],
      end: undefined,
    });
  });

  it('completely when the last batch is just full', () => {
    expect(dealt([0, 1], 1, 2)).toEqual({ groups: [[0, 1, 2, 3]], lanes: [[0, 1]], end: undefined });
  });
});
