import { contractOf, QueryContract } from '../../messages/contract';
import { QueryMessage } from '../../messages/message';
import { callsAcross, contractsAcross } from './calls-across';

@QueryContract('stores.find-shelf')
class FindShelf extends QueryMessage<FindShelf, string> {}

@QueryContract('prices.quote')
class Quote extends QueryMessage<Quote, string> {}

const topology = {
  calls: [
    { module: 'sales', contract: contractOf(FindShelf) },
    { module: 'sales', contract: contractOf(Quote) },
    { module: 'returns', contract: contractOf(Quote) },
  ],
};
const since = Date.parse('2026-01-02T03:04:05Z');
const shelf = {
  from: 'sales',
  contract: 'stores.find-shelf',
  over: 'process',
  causedBy: 'request',
  perMinute: 4,
  p95Ms: 5,
};

const across = (module: string, figure: object | Error, accepted: string[] = []) =>
  callsAcross(module, topology, {
    counted:
      figure instanceof Error
        ? figure
        : { since, figures: [{ calls: 8, unreachable: 0, meanMs: 2, ...shelf, ...figure }] },
    accepted,
  });

describe('the calls that a departure puts on the network', () => {
  it.each(['sales', 'stores'])(
    'are refused where clients wait for them often, whichever end leaves: %s',
    (module) => {
      expect(across(module, {}).refusals).toEqual([
        'Clients wait while sales asks stores for stores.find-shelf, 4 times a minute since 2026-01-02T03:04:05.000Z, 95 of 100 within 5 ms. ' +
          'Over the network each of them waits longer, and is refused while stores cannot be reached. ' +
          'Let sales keep a copy by a subscription, or accept it: --accept-calls stores.find-shelf',
      ]);
    },
  );

  it.each<[string, object, string]>([
    ['a message handler waits', { causedBy: 'message' }, '4 times a minute'],
    ['clients seldom wait', { perMinute: 0.26 }, '0.3 times a minute'],
    ['they cross already', { over: 'network' }, '4 times a minute'],
    ['nobody has asked', { from: 'returns' }, 'not once'],
  ])('are warned of where %s', (_when, figure, often) => {
    expect(across('stores', figure)).toEqual({
      refusals: [],
      warnings: [
        `sales waits for the answer of stores to stores.find-shelf: over the network then. It asked ${often} since 2026-01-02T03:04:05.000Z`,
      ],
    });
  });

  it('are warned of where somebody has accepted them', () => {
    expect(across('stores', {}, ['stores.find-shelf'])).toMatchObject({
      refusals: [],
      warnings: [expect.stringContaining('4 times a minute')],
    });
  });

  it('are warned of where no process could be asked', () => {
    expect(across('stores', new Error('no process answers at http://127.0.0.1:3000/metrics'))).toEqual({
      refusals: [],
      warnings: [
        'sales waits for the answer of stores to stores.find-shelf: over the network then',
        'whether clients wait for them often is not known: no process answers at http://127.0.0.1:3000/metrics. --metrics names the running processes',
      ],
    });
    expect(across('elsewhere', new Error('nobody'))).toEqual({ refusals: [], warnings: [] });
  });

  it('have names, each once', () => {
    expect(contractsAcross('prices', topology)).toEqual(['prices.quote']);
    expect(contractsAcross('sales', topology)).toEqual(['stores.find-shelf', 'prices.quote']);
  });
});
