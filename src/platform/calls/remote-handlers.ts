import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Hosting } from '../hosting/hosting';
import { MESSAGE_METADATA } from '../hosting/nest-metadata';
import { Topology } from '../topology/topology';
import type { Contract } from '../messages/contract';
import { RemoteCalls } from './remote-calls';

/**
 * Gives `CommandBus` and `QueryBus` a handler for each contract of a module that runs in another process, so
 * that callers need not know where it runs.
 */
@Injectable()
export class RemoteHandlers implements OnApplicationBootstrap {
  constructor(
    private readonly topology: Topology,
    private readonly hosting: Hosting,
    private readonly calls: RemoteCalls,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  onApplicationBootstrap(): void {
    for (const contract of this.elsewhere(this.topology.commands)) {
      this.commands.bind(
        this.handlerOf(contract) as Parameters<CommandBus['bind']>[0],
        idOf(contract, MESSAGE_METADATA.command),
      );
    }
    for (const contract of this.elsewhere(this.topology.queries)) {
      this.queries.bind(
        this.handlerOf(contract) as Parameters<QueryBus['bind']>[0],
        idOf(contract, MESSAGE_METADATA.query),
      );
    }
  }

  private elsewhere(answers: readonly { contract: Contract }[]): Contract[] {
    return answers.map(({ contract }) => contract).filter(({ module }) => !this.hosting.hosts(module));
  }

  /** What the buses want of a container's entry: a handler that is always the same instance. */
  private handlerOf(contract: Contract): unknown {
    return {
      isDependencyTreeStatic: () => true,
      instance: { execute: (message: object) => this.calls.execute(message, contract) },
    };
  }
}

function idOf({ type }: Contract, metadata: string): string {
  let known = Reflect.getMetadata(metadata, type) as { id: string } | undefined;
  if (!known) Reflect.defineMetadata(metadata, (known = { id: randomUUID() }), type);
  return known.id;
}
