import { Peers } from './peers';

describe('the modules of other processes', () => {
  const there = new Set<string>();
  let told: [string, boolean][];
  let peers: Peers;

  const look = async (): Promise<string[]> => {
    told = [];
    await peers.check();
    return told.map(([sentence]) => sentence);
  };

  beforeEach(() => {
    there.clear();
    peers = new Peers(
      ['orders', 'shipping'],
      (module) => Promise.resolve(there.has(module)),
      (sentence, isTrouble) => told.push([sentence, isTrouble]),
    );
  });

  it('are told at first, all of them', async () => {
    there.add('orders');
    expect(await look()).toEqual([
      'orders: a process answers.',
      'shipping: no process answers yet. Calls and requests wait for one, up to their deadlines.',
    ]);
    expect(told.map(([, isTrouble]) => isTrouble)).toEqual([false, true]);
  });

  it('are told again when one comes or goes, and only then', async () => {
    there.add('orders');
    await look();
    expect(await look()).toEqual([]);
    there.add('shipping');
    expect(await look()).toEqual(['shipping: a process answers.']);
    there.clear();
    expect(await look()).toEqual([]);
    expect(await look()).toEqual([
      'orders, shipping: no process answers any more. Calls and requests wait for one, up to their deadlines.',
    ]);
    expect(await look()).toEqual([]);
  });

  it('are not gone when one answer is missing', async () => {
    there.add('orders').add('shipping');
    await look();
    there.delete('orders');
    expect(await look()).toEqual([]);
    there.add('orders');
    expect(await look()).toEqual([]);
    there.delete('orders');
    expect(await look()).toEqual([]);
  });
});
