import { Command, Query } from '@nestjs/cqrs';

/** The data of a message: every property that is not a method. */
export type Fields<T> = {
  [K in keyof T as T[K] extends (...args: never[]) => unknown ? never : K extends string ? K : never]: T[K];
};

/**
 * A fact, in the past tense, immutable. Extend it with class-validator properties and decorate it with
 * `@EventContract`.
 */
export abstract class EventMessage<Self> {
  constructor(fields: Fields<Self>) {
    Object.assign(this, fields);
  }
}

/**
 * An intent, addressed to exactly one module, which may refuse it. `Result` is what `CommandBus.execute`
 * resolves to.
 */
export abstract class CommandMessage<Self, Result = void> extends Command<Result> {
  constructor(fields: Fields<Self>) {
    super();
    Object.assign(this, fields);
  }
}

/** A question to one module; changes nothing. */
export abstract class QueryMessage<Self, Result> extends Query<Result> {
  constructor(fields: Fields<Self>) {
    super();
    Object.assign(this, fields);
  }
}
