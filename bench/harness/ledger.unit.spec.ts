import { Ledger } from './ledger';
import { messageOf } from './message';

describe('A ledger of deliveries', () => {
  it('finds nothing where each message came once and in its order', () => {
    const ledger = new Ledger(4);
    for (const message of [messageOf(0, 1, 1), messageOf(1, 2, 1), messageOf(2, 1, 2), messageOf(3, 2, 2)])
      ledger.see(message);
    expect(ledger.faults(4)).toEqual({ lost: 0, doubled: 0, outOfOrder: 0 });
  });

  it('counts what never came, what came again, and what came after a later one of its key', () => {
    const ledger = new Ledger(4);
    for (const message of [messageOf(2, 1, 2), messageOf(0, 1, 1), messageOf(2, 1, 2), messageOf(1, 2, 1)])
      ledger.see(message);
    expect(ledger.distinct).toBe(3);
    expect(ledger.faults(4)).toEqual({ lost: 1, doubled: 1, outOfOrder: 1 });
  });
});
