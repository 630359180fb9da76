import { eventually } from '../../../test/support/eventually';
import type { Lease } from './lease';
import { RunningBatches } from './running-batches';

const END = { generation: 1, tick: 1n, seq: 0n };
const [first, second] = [{ laneGroup: 0 } as Lease, { laneGroup: 1 } as Lease];

describe('The transactions of a subscription that run', () => {
  const ended = jest.fn();
  let running: RunningBatches;
  beforeEach(() => {
    ended.mockReset();
    running = new RunningBatches(ended);
  });

  /** One that ends when `succeed` or `fail` is called. */
  function begin(lease: Lease): { succeed: () => void; fail: (error: Error) => void } {
    let [succeed, fail] = [() => undefined as void, (_: Error) => undefined as void];
    running.begin(
      { messages: [], leases: [lease], end: END },
      () => new Promise((resolve, reject) => ([succeed, fail] = [resolve, reject])),
    );
    return { succeed: () => succeed(), fail: (error) => fail(error) };
  }

  it('keep their lane groups busy until they are over', async () => {
    const { succeed } = begin(first);
    expect([running.has(first), running.has(second), running.count]).toEqual([true, false, 1]);
    succeed();
    expect(await running.end()).toEqual([]);
    expect([running.has(first), running.count]).toEqual([false, 0]);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('keep them busy after a failure until it has been seen to', async () => {
    const { fail } = begin(first);
    fail(new Error('no'));
    await eventually(() => expect(running.count).toBe(0));
    expect([running.has(first), running.hasFailed]).toEqual([true, true]);
    expect(await running.end()).toMatchObject([{ leases: [first], wasAlone: true }]);
    expect([running.has(first), running.hasFailed]).toEqual([false, false]);
  });

  it('are told from those that had another beside them, before or after', async () => {
    const earlier = begin(first);
    const later = begin(second);
    later.succeed();
    await eventually(() => expect(running.count).toBe(1));
    earlier.fail(new Error('no'));
    expect(await running.end()).toMatchObject([{ leases: [first], wasAlone: false }]);
    begin(first).fail(new Error('no'));
    expect(await running.end()).toMatchObject([{ wasAlone: true }]);
  });
});
