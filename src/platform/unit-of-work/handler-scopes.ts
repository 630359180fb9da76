import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { UnitOfWork } from './unit-of-work';
import { Handlers } from '../messages/handlers';
import { validateMessage } from '../messages/validate-message';

/**
 * Puts every command handler into a unit of work of its module and every query handler into a read scope, and
 * closes the in-memory event bus: it returns before handlers finish, only logs what they throw, and forgets
 * everything at a crash.
 */
@Injectable()
export class HandlerScopes implements OnModuleInit {
  constructor(
    private readonly handlers: Handlers,
    private readonly work: UnitOfWork,
    private readonly events: EventBus,
  ) {}

  onModuleInit(): void {
    for (const { handler, contract, module } of this.handlers.commands) {
      const execute = handler.execute.bind(handler);
      handler.execute = async (command) => {
        validateMessage(command, contract);
        return this.work.run(module, () => execute(command));
      };
    }
    for (const { handler, contract, module } of this.handlers.queries) {
      const execute = handler.execute.bind(handler);
      handler.execute = async (query) => {
        validateMessage(query, contract);
        return this.work.read(module, () => execute(query));
      };
    }
    const refuse = (): never => {
      throw new Error(
        'Events are recorded by an aggregate and published when its repository saves it in a unit of work; EventBus.publish would lose them at a crash.',
      );
    };
    this.events.publisher = { publish: refuse, publishAll: refuse };
  }
}
