import type { Prefetching } from '../../src/platform/messages/handlers';

type Type<Message> = new (...fields: never[]) => Message;
type Handler<Message extends object> = Partial<Prefetching<Message>> &
  ({ execute(message: Message): Promise<unknown> } | { handle(message: Message): Promise<unknown> });

interface Route {
  type: unknown;
  prefetch?(messages: readonly object[]): Promise<void>;
  handle(message: object): Promise<unknown>;
}

/** Hands messages to their handlers as a consumer does: those of a batch are read for together. */
export class Routes {
  private readonly routes: Route[] = [];

  to<Message extends object>(type: Type<Message>, handler: Handler<Message>): this {
    const handle = 'execute' in handler ? handler.execute.bind(handler) : handler.handle.bind(handler);
    this.routes.push({ type, prefetch: handler.prefetch?.bind(handler), handle });
    return this;
  }

  async handle(...messages: readonly object[]): Promise<void> {
    for (const { type, prefetch } of this.routes) {
      const own = messages.filter((message) => message.constructor === type);
      if (own.length > 0) await prefetch?.(own);
    }
    for (const message of messages) await this.of(message).handle(message);
  }

  private of(message: object): Route {
    const route = this.routes.find(({ type }) => message.constructor === type);
    if (!route) throw new RangeError(`Nobody here takes a ${message.constructor.name}.`);
    return route;
  }
}
