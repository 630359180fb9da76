import { v7 as uuidv7 } from 'uuid';
import { PROCESS_ID } from '../../src/platform/kernel/process-id';
import { RelayLease } from '../../src/platform/transport/relay-lease';
import { eventually } from '../support/eventually';
import { ConformanceRig, LOG } from './conformance';

describe('A lease of a relay', () => {
  let rig: ConformanceRig;
  beforeAll(async () => void (rig = await ConformanceRig.start()));
  afterAll(() => rig.close());

  it('belongs to one at a time, and its old holder finds out', async () => {
    const database = rig.test.databases.of(LOG);
    // This process has connections, so its lease is not free before its time is over.
    const [mine, other] = [
      new RelayLease(database, PROCESS_ID, 60_000),
      new RelayLease(database, uuidv7(), 60_000),
    ];
    const term = (await mine.take())!;
    expect(await mine.keep(term, { generation: 1, tick: 1n, seq: 0n })).toBe(true);
    expect(await other.take()).toBeUndefined();
    const soonOver = new RelayLease(database, PROCESS_ID, 300);
    expect(await soonOver.keep(term, { generation: 1, tick: 1n, seq: 0n })).toBe(true);
    const next = await eventually(async () => {
      const taken = await other.take();
      expect(taken).toBeDefined();
      return taken!;
    });
    expect(BigInt(next.epoch)).toBe(BigInt(term.epoch) + 1n);
    expect([term.acknowledged, next.acknowledged]).toEqual([undefined, { generation: 1, tick: 1n, seq: 0n }]);
    expect(await mine.keep(term, { generation: 1, tick: 9n, seq: 0n })).toBe(false);
    await mine.giveBack(term);
    expect(await other.keep(next, { generation: 1, tick: 2n, seq: 0n })).toBe(true);
  });
});
