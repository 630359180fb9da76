import { contractOf, QueryContract } from '../messages/contract';
import { QueryMessage } from '../messages/message';
import { Hosting } from '../hosting/hosting';
import { describeHosting, requireReachableDependencies } from './remote-dependencies';
import { NO_TOPOLOGY, type Topology } from './topology';

@QueryContract('stores.find-shelf')
class FindShelf extends QueryMessage<FindShelf, string> {}

const ALL = ['sales', 'stores'];
const topology: Topology = {
  ...NO_TOPOLOGY,
  modules: ALL,
  calls: [{ module: 'sales', contract: contractOf(FindShelf) }],
};
const alone = { servers: [] };
const broker = { servers: ['10.0.0.1:4222', '10.0.0.2:4222'] };

describe('what a process can reach', () => {
  it('is everything where it hosts everything: no broker is needed', () => {
    expect(() => requireReachableDependencies(new Hosting(ALL), topology, alone)).not.toThrow();
    expect(describeHosting(new Hosting(ALL), alone)).toEqual([
      'This process hosts every module: sales, stores.',
    ]);
  });

  it('is over the broker where it hosts a part', () => {
    expect(() => requireReachableDependencies(new Hosting(ALL, ['sales']), topology, broker)).not.toThrow();
    expect(describeHosting(new Hosting(ALL, ['sales']), broker)).toEqual([
      'This process hosts sales and none of the other modules.',
      'It expects them in other processes, over the broker at 10.0.0.1:4222, 10.0.0.2:4222: stores.',
    ]);
  });

  it('is said with what a process stands by for, even where it hosts nothing', () => {
    const standsBy = new Hosting(ALL, [], () => [{ module: 'sales', where: 'which lives in a:5432/sales' }]);
    expect(describeHosting(standsBy, broker).slice(0, 2)).toEqual([
      'This process hosts no module at the moment.',
      'It stands by for sales, which lives in a:5432/sales.',
    ]);
  });

  it('must be what its modules need: without a broker it does not start', () => {
    expect(() => requireReachableDependencies(new Hosting(ALL, ['sales']), topology, alone)).toThrow(
      /has no broker.*\n {2}- sales waits for the answer of stores: stores\.find-shelf\nSet NATS_URL to the broker of the processes that host stores,/,
    );
  });

  it('may be nothing where nothing is needed, and then it says so', () => {
    expect(() => requireReachableDependencies(new Hosting(ALL, ['stores']), topology, alone)).not.toThrow();
    expect(describeHosting(new Hosting(ALL, ['stores']), alone)[1]).toMatch(
      /^It has no broker and cannot reach them.*: sales\. .*NATS_URL/,
    );
  });
});
