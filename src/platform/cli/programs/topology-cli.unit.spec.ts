import { Controller, Get, Module } from '@nestjs/common';
import { CommandHandler, EventsHandler, QueryHandler } from '@nestjs/cqrs';
import { ApplicationFolder } from '../../hosting/application-folder';
import { BoundedContext } from '../../hosting/bounded-context';
import type { Environment } from '../../config/env-reader';
import { SynchronousCalls } from '../../topology/synchronous-calls';
import { JobHandler } from '../../jobs/job-handler';
import { CommandContract, EventContract, QueryContract } from '../../messages/contract';
import { CommandMessage, EventMessage, QueryMessage } from '../../messages/message';
import { Subscription } from '../../messages/subscription';
import { Upcaster } from '../../messages/upcaster';
import { defineSaga } from '../../sagas/saga-definition';
import { Saga } from '../../sagas/saga-registry';
import type { Readiness } from '../topology/readiness';
import { topologyCommand } from './topology.cli';

@EventContract('sales.sold')
class Sold extends EventMessage<Sold> {
  readonly saleId!: string;
}

@EventContract('stores.packed', { version: 2 })
class Packed extends EventMessage<Packed> {
  readonly saleId!: string;
}

@Upcaster('stores.packed', { from: 1, to: 2 })
export class PackedInVersion2 {
  static upcast = (packed: object) => packed;
}

@CommandContract('stores.pack')
class Pack extends CommandMessage<Pack> {
  readonly saleId!: string;
}

@QueryContract('stores.find-shelf')
class FindShelf extends QueryMessage<FindShelf, string> {}

@CommandHandler(Pack)
class PackHandler {
  async execute(): Promise<void> {}
}

@QueryHandler(FindShelf)
class FindShelfHandler {
  async execute(): Promise<string> {
    return '';
  }
}

@Subscription('stores.count-sales', { laneGroups: 1 })
@EventsHandler(Sold)
class CountSalesWhenSold {
  async handle(): Promise<void> {}
}

@JobHandler('sales.print-receipt')
class PrintReceipt {}

@Saga(
  defineSaga<{ saleId: string }>({
    name: 'sales.selling',
    aggregateType: 'selling',
    correlateBy: 'saleId',
    start: { event: Sold, state: 'sold', facts: ({ saleId }: Sold) => ({ saleId }) },
    steps: [
      {
        name: 'pack',
        kind: 'retriable',
        state: 'packing',
        send: { command: Pack, from: ({ saleId }) => new Pack({ saleId }) },
        done: { event: Packed },
      },
    ],
    completed: 'done',
  }),
)
class Selling {}

@Controller('sales')
class SalesController {
  @Get(':saleId')
  show(): void {}
}

@BoundedContext({ name: 'sales' })
@Module({ controllers: [SalesController], providers: [Selling, PrintReceipt] })
class SalesModule {}

@BoundedContext({ name: 'stores' })
@Module({ providers: [PackHandler, FindShelfHandler, CountSalesWhenSold] })
class StoresModule {}

@ApplicationFolder(__dirname)
@SynchronousCalls({ sales: [FindShelf] })
@Module({ imports: [SalesModule, StoresModule] })
class Root {}

describe('npm run topology', () => {
  const run = async (
    argv: string[],
    env: Environment = {},
  ): Promise<{ code: number; printed: string; noted: string }> => {
    const [printed, noted]: [string[], string[]] = [[], []];
    const published = ['sales.sold v1', 'stores.find-shelf v1', 'stores.pack v1', 'stores.packed v1'];
    const code = await topologyCommand({
      root: Root,
      published,
      argv,
      env,
      print: (line) => printed.push(line),
      note: (line) => noted.push(line),
    });
    return { code, printed: printed.join('\n'), noted: noted.join('\n') };
  };

  it('explains for programs what crosses a process, in a form that stays', async () => {
    const { code, printed } = await run(['explain', '--json'], {
      MODULES: 'stores',
      NATS_URL: 'nats://stores:hidden@127.0.0.1:4222',
    });
    expect(code).toBe(0);
    const [module, version] = ['stores', 1];
    const [laneGroups, maxAttempts] = [4, 8];
    expect(JSON.parse(printed)).toEqual({
      modules: [
        { name: 'sales', hosted: false },
        { name: 'stores', hosted: true },
      ],
      broker: ['127.0.0.1:4222'],
      commands: [
        {
          name: 'stores.pack',
          version,
          module,
          handledBy: 'PackHandler',
          where: 'crosses',
          sentBy: [{ module: 'sales', saga: 'sales.selling', where: 'crosses' }],
        },
      ],
      queries: [
        {
          name: 'stores.find-shelf',
          version,
          module,
          handledBy: 'FindShelfHandler',
          where: 'crosses',
          askedBy: [{ module: 'sales', where: 'crosses' }],
        },
      ],
      subscriptions: [
        {
          name: 'sales.selling',
          module: 'sales',
          handledBy: 'Selling',
          laneGroups,
          maxAttempts,
          where: 'crosses',
          reads: [
            { log: 'sales', messages: ['sales.sold'], where: 'elsewhere' },
            { log: 'stores', messages: ['stores.packed'], where: 'crosses' },
          ],
        },
        {
          name: 'stores.commands',
          module,
          handledBy: 'PackHandler',
          laneGroups,
          maxAttempts,
          where: 'crosses',
          reads: [{ log: 'sales', messages: ['stores.pack'], where: 'crosses' }],
        },
        {
          name: 'stores.count-sales',
          module,
          handledBy: 'CountSalesWhenSold',
          laneGroups: 1,
          maxAttempts,
          where: 'crosses',
          reads: [{ log: 'sales', messages: ['sales.sold'], where: 'crosses' }],
        },
      ],
      sagas: [
        {
          name: 'sales.selling',
          module: 'sales',
          ownedBy: 'Selling',
          startsWith: 'sales.sold',
          steps: ['pack'],
          where: 'crosses',
          partners: [{ module: 'stores', where: 'crosses' }],
        },
      ],
      jobs: [
        {
          type: 'sales.print-receipt',
          module: 'sales',
          handledBy: 'PrintReceipt',
          maxAttempts: 25,
          where: 'elsewhere',
        },
      ],
      routes: [
        {
          method: 'GET',
          path: '/sales/:saleId',
          module: 'sales',
          handledBy: 'SalesController',
          where: 'elsewhere',
        },
      ],
    });
  });

  it('explains for people', async () => {
    const { printed } = await run(['explain'], { MODULES: 'stores' });
    expect(printed).toContain(
      'Hosted here: stores.\nElsewhere: sales, and no broker leads there: NATS_URL is not set.',
    );
    expect(printed).toMatch(/^stores\.pack v1 +stores +crosses +~sales\.selling +PackHandler$/m);
    expect(printed).toMatch(/^stores\.find-shelf v1 +stores +crosses +~sales +FindShelfHandler$/m);
    expect(printed).toMatch(/^sales\.selling +sales +crosses +sales, ~stores +sales\.sold, stores\.packed$/m);
    expect((await run(['explain'])).printed).toMatch(
      /^Hosted here: sales, stores\.\n\nCOMMAND.*\nstores\.pack v1 +stores +local +sales\.selling/,
    );
  });

  it('explains one event: who handles it, with which retries, and which versions each reads', async () => {
    const { code, printed } = await run(['explain', 'sales.sold']);
    expect(code).toBe(0);
    expect(printed).toMatch(/^sales\.sold v1: an event of sales\n/);
    expect(printed).toMatch(/^ {2}sales\.selling +sales +Selling +1 +beginning +4 +50 +4 s +8$/m);
    expect(printed).toMatch(
      /^ {2}stores\.count-sales +stores +CountSalesWhenSold +1 +beginning +1 +50 +4 s +8$/m,
    );
    expect(printed).toContain('messages of one key come in the order of the log');
    expect(printed).toContain('tried again after at most 0.2 s, twice as long each time, up to 60 s;');
  });

  it.each([
    [
      'stores.pack',
      /^Answered by PackHandler in stores\.\n\nSent or asked by\n.*\n {2}sales\.selling +saga +sales$/m,
    ],
    ['stores.find-shelf', /^ {2}sales \(waits for the answer\) +module +sales$/m],
    ['sales.selling', /^Steps\n.*\n {2}pack +retriable +stores\.pack +stores\.packed$/m],
    ['stores.count-sales', /^ {2}sales\.sold +sales$/m],
    ['sales.print-receipt', /^ {2}An attempt may take 5 s\. After 25 failed attempts it is parked\.$/m],
    ['stores', /^Answers\n {2}stores\.find-shelf *\n {2}stores\.pack/m],
  ])('explains %s', async (name, line) => {
    expect((await run(['explain', name])).printed).toMatch(line);
  });

  it('explains one thing for programs', async () => {
    expect(JSON.parse((await run(['explain', 'sales.sold', '--json'])).printed)).toMatchObject({
      is: 'message',
      message: {
        name: 'sales.sold',
        kind: 'event',
        version: 1,
        handledBy: [{ subscription: 'sales.selling' }, {}],
      },
      subscriptions: [{ name: 'sales.selling', kind: 'saga' }, { name: 'stores.count-sales' }],
    });
  });

  it('tells what a departure would put on the network', async () => {
    const { printed } = await run(['readiness', '--declared', '--json']);
    const [sales, stores] = JSON.parse(printed) as Readiness[];
    const contracts = [
      { name: 'sales.sold', version: 1, kind: 'event' },
      { name: 'stores.find-shelf', version: 1, kind: 'query' },
      { name: 'stores.pack', version: 1, kind: 'command' },
      { name: 'stores.packed', version: 2, kind: 'event' },
    ];
    const perProcess = [{ saga: 'sales.selling', commands: 1, answers: 1 }];
    expect(sales).toEqual({
      module: 'sales',
      waitsFor: [{ name: 'stores.find-shelf', version: 1, module: 'stores' }],
      isWaitedForBy: [],
      reads: [{ subscription: 'sales.selling', module: 'stores', messages: ['stores.packed'] }],
      isReadBy: [
        { subscription: 'stores.count-sales', module: 'stores', messages: ['sales.sold'] },
        { subscription: 'stores.commands', module: 'stores', messages: ['stores.pack'] },
      ],
      perProcess,
      contracts,
      unpublished: [{ name: 'stores.packed', version: 2 }],
    });
    expect(stores).toMatchObject({
      isWaitedForBy: [{ name: 'stores.find-shelf', module: 'sales' }],
      perProcess,
      contracts,
    });
  });

  it('tells it of one module, for people', async () => {
    const { printed } = await run(['readiness', 'stores', '--declared']);
    expect(printed).toMatch(/^stores\n {2}waits for the answers of others: none\n/);
    expect(printed).toContain('  others wait for its answers\n    stores.find-shelf v1, asked by sales\n');
    expect(printed).toContain('    sales.selling: 1 commands, 1 answers\n');
    expect(printed).toContain('  contracts without a published version\n    stores.packed v2\n');
  });

  it('says what it could not ask anybody about', async () => {
    const nowhere = 'http://127.0.0.1:1';
    const env = {
      DATABASE_URL: 'postgres://127.0.0.1:1/none',
      DATABASE_ROLE_SECRET: 'a secret for this test',
    };
    const { code, printed } = await run(['readiness', 'stores', '--metrics', nowhere], env);
    expect(code).toBe(0);
    expect(printed).toMatch(/^ {4}stores\.pack +sales +stores +\?$/m);
    expect(printed).toMatch(/^ {2}calls that would cross: not known$/m);
    expect(printed).toMatch(/^ {2}copies that it keeps: not known$/m);
    expect(printed).toContain(`    calls: no process answers at ${nowhere}/metrics\n`);
    expect(printed).toMatch(/^ {4}messages and tables: The module "sales" cannot connect to its database/m);
  });

  it.each<[string, string[], string]>([
    ['no command', [], 'Say what to do.'],
    ['an unknown command', ['show'], 'There is no command "show".'],
    ['an unknown option', ['explain', '--xml'], 'npm run topology -- explain [name] [--json]'],
    [
      'an unknown module',
      ['readiness', 'store'],
      'There is no module "store". The modules are sales, stores.',
    ],
    [
      'a process without an address',
      ['readiness', '--metrics', 'stores'],
      '--metrics wants the addresses of processes',
    ],
    [
      'one argument too many',
      ['explain', 'stores', 'sales'],
      'explain does not know what to do with "sales".',
    ],
    ['a name that nothing has', ['explain', 'sold'], 'Nothing is called "sold". Near to it: sales.sold.'],
    ['a name far from all', ['explain', 'zzz'], 'The modules are sales, stores.'],
  ])('answers %s with what to write instead, and 2', async (_name, argv, message) => {
    const { code, printed, noted } = await run(argv);
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(noted).toContain(message);
  });

  it('refuses modules that do not exist', async () => {
    expect(await run(['explain'], { MODULES: 'store' })).toMatchObject({
      code: 1,
      noted: expect.stringContaining('The modules are sales, stores.'),
    });
  });
});
