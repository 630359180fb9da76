import { portsOfOneOwner, quietPort } from './quiet-port';

describe('ports for the processes of a test', () => {
  const taken = async (count: number, ports = portsOfOneOwner()): Promise<number[]> => {
    const those: number[] = [];
    while (those.length < count) those.push((await ports.next()).value);
    return those;
  };

  it('are given to nobody twice, in whatever test run', async () => {
    // So many that by chance alone some would be given twice; the first one needs more than a block holds.
    const owners = await Promise.all(Array.from({ length: 60 }, (_, owner) => taken(owner === 0 ? 60 : 2)));
    expect(new Set(owners.flat()).size).toBe(60 + 59 * 2);
  });

  it('are different ones when asked for at the same time', async () => {
    const ports = await Promise.all([quietPort(), quietPort(), quietPort()]);
    expect(new Set(ports).size).toBe(3);
  });
});
