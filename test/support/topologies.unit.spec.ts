import { moduleNames } from './modules';
import { topologies, topologyNamed } from './topologies';

describe('the topologies of the acceptance suite', () => {
  it('are the five of the project', () => {
    expect(topologies.map(({ name }) => name)).toEqual([
      'one-process',
      'two-processes',
      'shipping-apart',
      'orders-and-payments-apart',
      'all-apart',
    ]);
  });

  it.each(topologies)(
    '$name hosts every module, and keeps the data of each in one place',
    ({ processes, databases, brokers }) => {
      expect([...new Set(processes.flat())].sort()).toEqual(moduleNames);
      expect(databases.flatMap(({ modules }) => modules).sort()).toEqual(moduleNames);
      expect(brokers > 0).toBe(processes.some((modules) => modules.length < moduleNames.length));
    },
  );

  it.each([
    ['shipping-apart', 'shipping', 'early', 'late'],
    ['orders-and-payments-apart', 'orders', 'late', 'early'],
  ])('%s takes %s from the cluster %s to %s', (name, module, home, other) => {
    const { databases } = topologyNamed(name);
    const [apart] = databases.filter(({ modules }) => modules.includes(module));
    expect(apart.cluster).toBe(other);
    expect(databases[0].cluster).toBe(home);
  });

  it('says which there are when it is asked for another one', () => {
    expect(() => topologyNamed('none')).toThrow('The topologies are one-process, two-processes,');
  });
});
