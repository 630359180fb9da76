import { Module, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CommandHandler, EventsHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { IsUUID } from 'class-validator';
import { BoundedContext } from '../hosting/bounded-context';
import { Hosting } from '../hosting/hosting';
import { Topology, topologyOf } from './topology';
import { defineSaga } from '../sagas/saga-definition';
import { Saga, SagaRegistry } from '../sagas/saga-registry';
import { SagaRuntime } from '../sagas/saga-runtime';
import { hostedPartOf } from '../hosting/bounded-contexts';
import { CommandContract, EventContract } from '../messages/contract';
import { Handlers } from '../messages/handlers';
import { CommandMessage, EventMessage } from '../messages/message';
import { Subscription } from '../messages/subscription';
import { ConsumerRegistry } from './consumer-registry';

@EventContract('sales.sold')
class Sold extends EventMessage<Sold> {
  @IsUUID()
  readonly saleId!: string;
}

@EventContract('stores.packed')
class Packed extends EventMessage<Packed> {
  @IsUUID()
  readonly saleId!: string;
}

@CommandContract('stores.pack')
class Pack extends CommandMessage<Pack> {
  @IsUUID()
  readonly saleId!: string;
}

@CommandHandler(Pack)
class PackHandler {
  async execute(): Promise<void> {}
}

@CommandHandler(Pack)
class OtherPackHandler {
  async execute(): Promise<void> {}
}

@Subscription('stores.count-sales')
@EventsHandler(Sold)
class CountSalesWhenSold {
  async handle(): Promise<void> {}
}

@Subscription('stores.count-sales')
@EventsHandler(Packed)
class CountAgain {
  async handle(): Promise<void> {}
}

@EventsHandler(Sold)
class Nameless {
  async handle(): Promise<void> {}
}

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
class Selling {
  async changed(): Promise<void> {}
}

async function registry(
  sales: Type[],
  stores: Type[],
  hosted = ['sales', 'stores'],
): Promise<ConsumerRegistry> {
  @BoundedContext({ name: 'sales' })
  @Module({ providers: sales })
  class SalesModule {}

  @BoundedContext({ name: 'stores' })
  @Module({ providers: stores })
  class StoresModule {}

  @Module({ imports: [SalesModule, StoresModule] })
  class Root {}

  const hosting = new Hosting(['sales', 'stores'], hosted);
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule, hostedPartOf(Root, hosting)],
    providers: [
      Handlers,
      SagaRegistry,
      ConsumerRegistry,
      { provide: SagaRuntime, useValue: {} },
      { provide: Topology, useFactory: () => topologyOf(Root) },
    ],
  }).compile();
  return module.get(ConsumerRegistry);
}

describe('The subscriptions of a process', () => {
  it('are its reactions, its sagas and the durable commands of its modules, each with the logs it reads', async () => {
    const { all } = await registry([Selling], [PackHandler, CountSalesWhenSold]);
    expect(all.map(({ definition, module, logs }) => [definition.name, module, [...logs].sort()])).toEqual([
      ['stores.count-sales', 'stores', ['sales']],
      ['sales.selling', 'sales', ['sales', 'stores']],
      ['stores.commands', 'stores', ['sales']],
    ]);
  });

  it('are those of the hosted modules; the durable commands of sagas elsewhere are read from their logs', async () => {
    const all = async (hosted: string) =>
      (await registry([Selling], [PackHandler, CountSalesWhenSold], [hosted])).all.map(
        ({ definition, logs }) => [definition.name, logs],
      );
    expect(await all('stores')).toEqual([
      ['stores.count-sales', ['sales']],
      ['stores.commands', ['sales']],
    ]);
    expect(await all('sales')).toEqual([['sales.selling', ['sales', 'stores']]]);
  });

  it('stop the start when nobody handles a durable command', async () => {
    await expect(registry([Selling], [])).rejects.toThrow(
      'The saga sales.selling sends stores.pack, which no module handles.',
    );
    await expect(registry([Selling], [], ['stores'])).rejects.toThrow(
      'Add a @CommandHandler for it in the module "stores".',
    );
  });

  it('stop the start when two handle a command, naming both', async () => {
    await expect(registry([Selling], [PackHandler, OtherPackHandler])).rejects.toThrow(
      'The command stores.pack has two owners: PackHandler and OtherPackHandler.',
    );
  });

  it('stop the start when another module handles a command', async () => {
    await expect(registry([Selling, PackHandler], [])).rejects.toThrow(
      'PackHandler in sales answers stores.pack, a command of stores. Only its own module may answer it.',
    );
  });

  it('stop the start when a durable name is used twice', async () => {
    const consumers = await registry([], [CountSalesWhenSold, CountAgain]);
    expect(() => consumers.all).toThrow(
      'CountSalesWhenSold and CountAgain are both the subscription "stores.count-sales".',
    );
  });

  it('stop the start when a reaction has no durable name', async () => {
    await expect(registry([], [Nameless])).rejects.toThrow(
      "Nameless handles events without a durable name. Add @Subscription('<module>.<reaction>') to it.",
    );
  });
});
