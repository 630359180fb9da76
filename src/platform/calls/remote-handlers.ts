import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus, type ICommandHandler, type IQueryHandler, QueryBus } from '@nestjs/cqrs';
import { declaredClasses } from '../declared-classes';
import { Hosting } from '../hosting/hosting';
import { type Contract, contractOf } from '../messaging/contract';
import type { DeclaredContext } from '../start/bounded-contexts';
import { RemoteCalls } from './remote-calls';

/** The bounded contexts of the whole application, hosted in this process or not. */
export class DeclaredContexts {
  constructor(readonly all: readonly DeclaredContext[]) {}
}

// The metadata keys of @nestjs/cqrs, which it does not export: dist/decorators/constants.js of version 12.
const ANSWERED_BY = { command: '__commandHandler__', query: '__queryHandler__' } as const;
const ID = { command: '__command__', query: '__query__' } as const;
type Answered = keyof typeof ANSWERED_BY;

/** The commands and queries that a bounded context answers, read from its handlers' decorators. */
export function contractsAnsweredBy({ type }: Pick<DeclaredContext, 'type'>): Contract[] {
  return declaredClasses(type, 'providers').flatMap((declared) =>
    Object.values(ANSWERED_BY).flatMap((key) => {
      const message = Reflect.getMetadata(key, declared) as object | undefined;
      return message ? [contractOf(message)] : [];
    }),
  );
}

/**
 * Gives `CommandBus` and `QueryBus` a handler for each contract of a module that runs in another process, so that callers need not
 * know where it runs.
 */
@Injectable()
export class RemoteHandlers implements OnApplicationBootstrap {
  constructor(
    private readonly contexts: DeclaredContexts,
    private readonly hosting: Hosting,
    private readonly calls: RemoteCalls,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  onApplicationBootstrap(): void {
    for (const context of this.contexts.all) {
      if (this.hosting.hosts(context.name)) continue;
      for (const contract of contractsAnsweredBy(context)) this.register(contract);
    }
  }

  private register(contract: Contract): void {
    const execute = (message: object): Promise<unknown> => this.calls.execute(message, contract);
    // What the buses need of a container's entry: a handler that is always the same instance.
    const entry = { isDependencyTreeStatic: () => true, instance: { execute } };
    if (contract.kind === 'command') this.commands.bind(entry as unknown as Entry<ICommandHandler>, idOf(contract, 'command'));
    else this.queries.bind(entry as unknown as QueryEntry, idOf(contract, 'query'));
  }
}

type Entry<Handler> = Parameters<CommandBus['bind']>[0] & { instance: Handler };
type QueryEntry = Parameters<QueryBus['bind']>[0] & { instance: IQueryHandler };

/** What the buses know a message class by: given by the decorator of its handler, whose class is known here and not instantiated. */
function idOf({ type }: Contract, kind: Answered): string {
  let known = Reflect.getMetadata(ID[kind], type) as { id: string } | undefined;
  if (!known) Reflect.defineMetadata(ID[kind], (known = { id: randomUUID() }), type);
  return known.id;
}
