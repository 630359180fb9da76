import { AppModule } from '../../src/app.module';
import { readSettings } from '../../src/platform/config/settings';
import { Hosting } from '../../src/platform/hosting/hosting';
import { remoteDependenciesOf } from '../../src/platform/topology/remote-dependencies';
import { topologyOf } from '../../src/platform/topology/topology';
import {
  explainedTopology,
  type ExplainedTopology,
} from '../../src/platform/cli/topology/explained-topology';
import { readinessOf } from '../../src/platform/cli/topology/readiness';
import { type Observed, trafficOf } from '../../src/platform/cli/topology/traffic';
import { hostedPartOf, hostingFor } from '../../src/platform/hosting/bounded-contexts';
import { startApplication } from '../../src/platform/start/start-application';

/**
 * The modules whose split is known here. Others may be added to the application, and change nothing of it.
 */
const KNOWN = ['customers', 'catalog', 'pricing', 'inventory', 'payments', 'orders', 'shipping'];
const Application = hostedPartOf(AppModule, new Hosting(topologyOf(AppModule).modules, KNOWN));

/** The application of this project, split in ways that make sense. */
describe('the topology', () => {
  const settingsOf = (MODULES?: string) => readSettings({ MODULES });
  const explained = (MODULES?: string): ExplainedTopology => {
    const settings = settingsOf(MODULES);
    return explainedTopology(topologyOf(Application), hostingFor(Application, settings), settings.transport);
  };
  const crossing = (MODULES: string): Record<string, string[]> => {
    const { commands, queries, subscriptions, sagas } = explained(MODULES);
    const names = (things: readonly { name: string; where: string }[]): string[] =>
      things.flatMap(({ name, where }) => (where === 'crosses' ? name : []));
    return {
      commands: names(commands),
      queries: names(queries),
      subscriptions: names(subscriptions),
      sagas: names(sagas),
    };
  };

  it('is all local in one process', () => {
    const { modules, commands, queries, subscriptions, sagas, jobs, routes } = explained();
    expect(modules.every(({ hosted }) => hosted)).toBe(true);
    for (const things of [commands, queries, subscriptions, sagas, jobs, routes]) {
      expect(things.length).toBeGreaterThan(0);
      expect([...new Set(things.map(({ where }) => where))]).toEqual(['local']);
    }
  });

  it('tells what shipping in its own process sends and receives', () => {
    expect(crossing('shipping')).toEqual({
      commands: ['shipping.cancel-shipment', 'shipping.prepare-shipment'],
      queries: ['customers.find-customer-address'],
      subscriptions: [
        'inventory.dispatch-stock',
        'inventory.settle-parcels',
        'orders.fulfilment',
        'shipping.commands',
        'shipping.keep-address-book',
      ],
      sagas: ['orders.fulfilment'],
    });
  });

  it('is the same from the other side of the cut', () => {
    expect(crossing('customers,catalog,pricing,inventory,payments,orders')).toEqual(crossing('shipping'));
  });

  it('tells what orders and payments together send and receive: what goes between them stays inside', () => {
    const both = crossing('orders,payments');
    expect(both).toEqual({
      commands: [
        'inventory.release-stock',
        'inventory.reserve-stock',
        'shipping.cancel-shipment',
        'shipping.prepare-shipment',
      ],
      queries: ['catalog.find-items', 'customers.find-customer', 'pricing.quote-prices'],
      subscriptions: [
        'inventory.commands',
        'inventory.put-stock-back',
        'orders.fulfilment',
        'orders.keep-items',
        'orders.keep-prices',
        'shipping.commands',
      ],
      sagas: ['orders.fulfilment'],
    });
    const reserve = explained('orders,payments').commands.find(
      ({ name }) => name === 'payments.reserve-credit',
    );
    expect(reserve).toMatchObject({
      where: 'local',
      sentBy: [{ module: 'orders', saga: 'orders.fulfilment', where: 'local' }],
    });
  });

  it('calls elsewhere what has no end here', () => {
    const { commands, jobs, routes } = explained('shipping');
    expect(commands.find(({ name }) => name === 'payments.reserve-credit')?.where).toBe('elsewhere');
    expect(new Set(jobs.map(({ where }) => where))).toEqual(new Set(['elsewhere']));
    expect(routes.filter(({ where }) => where === 'local').map(({ path }) => path)).toEqual(
      routes.filter(({ module }) => module === 'shipping').map(({ path }) => path),
    );
  });

  it('tells what a process cannot do without', () => {
    const needs = (MODULES: string) =>
      remoteDependenciesOf(hostingFor(Application, settingsOf(MODULES)), topologyOf(Application)).map(
        ({ sentence }) => sentence,
      );
    expect(needs('customers,catalog,pricing')).toEqual([]);
    expect(needs('inventory,catalog')).toEqual([
      'inventory.dispatch-stock reads the log of shipping: shipping.shipment-dispatched',
      'inventory.put-stock-back reads the log of orders: orders.return-accepted',
      'inventory.settle-parcels reads the log of shipping: shipping.shipment-lost, shipping.shipment-returned',
      'inventory.commands reads the log of orders: inventory.reserve-stock, inventory.release-stock',
    ]);
  });

  it('tells what each module would put on the network for an order', () => {
    const topology = topologyOf(Application);
    const traffic = topology.modules.flatMap((module) =>
      readinessOf(topology, module, new Set()).perProcess.map(({ commands, answers }) => [
        module,
        commands,
        answers,
      ]),
    );
    expect(traffic).toEqual([
      ['inventory', 1, 1],
      ['payments', 4, 4],
      ['orders', 6, 7],
      ['shipping', 1, 2],
    ]);
  });

  it('tells from logs and metrics what has gone between shipping and the others', () => {
    const counts = (entries: Record<string, number>) => new Map(Object.entries(entries));
    const call = {
      from: 'shipping',
      contract: 'customers.find-customer-address',
      over: 'process',
      causedBy: 'request',
    };
    const figures = { perMinute: 1, meanMs: 2, p95Ms: 5, unreachable: 0 };
    const observed: Observed = {
      since: new Date(0),
      logs: new Map([
        [
          'orders',
          counts({ 'orders.order-placed': 10, 'shipping.prepare-shipment': 8, 'inventory.reserve-stock': 9 }),
        ],
        ['shipping', counts({ 'shipping.shipment-prepared': 8, 'shipping.shipment-dispatched': 6 })],
      ]),
      tables: null,
      calls: [
        { ...call, ...figures, calls: 4 },
        { ...call, ...figures, from: 'orders', contract: 'customers.find-customer', calls: 10 },
      ],
      notKnown: ['tables: nobody was asked'],
    };
    const { messages, calls, partners, perProcess } = trafficOf(
      topologyOf(Application),
      'shipping',
      observed,
    );
    const seen = messages.map(({ name, from, to, messages: many }) => [name, from, to, many]);
    expect(seen).toContainEqual(['shipping.prepare-shipment', 'orders', 'shipping', 8]);
    expect(seen).toContainEqual(['shipping.shipment-dispatched', 'shipping', 'inventory', 6]);
    expect(seen).toContainEqual(['shipping.shipment-dispatched', 'shipping', 'orders', 6]);
    expect(seen).toContainEqual(['customers.customer-registered', 'customers', 'shipping', null]);
    expect(seen.map(([name]) => name)).not.toContain('inventory.reserve-stock');
    expect(calls?.map(({ contract }) => contract)).toEqual(['customers.find-customer-address']);
    expect(partners).toEqual([
      { module: 'orders', messages: 14, calls: 0 },
      { module: 'inventory', messages: 6, calls: 0 },
      // Its log was not asked.
      { module: 'customers', messages: null, calls: 4 },
    ]);
    expect(perProcess).toEqual([{ saga: 'orders.fulfilment', started: 10, messages: null, calls: 0.4 }]);
  });

  it('stops the start of a process that needs others and has no broker, before anything is opened', async () => {
    await expect(
      startApplication(Application, {
        MODULES: 'shipping',
        DATABASE_URL: 'postgres://nowhere.invalid/none',
        DATABASE_ROLE_SECRET: 'a secret for this test',
      }),
    ).rejects.toThrow(
      [
        'This process hosts shipping (MODULES) and has no broker, so it cannot reach modules that it needs:',
        '  - shipping.keep-address-book reads the log of customers: customers.customer-registered, customers.customer-address-changed',
        '  - shipping.commands reads the log of orders: shipping.prepare-shipment, shipping.cancel-shipment',
        '  - shipping waits for the answer of customers: customers.find-customer-address',
        'Set NATS_URL to the broker of the processes that host customers, orders, or leave MODULES out to host every module here.',
      ].join('\n'),
    );
  });
});
