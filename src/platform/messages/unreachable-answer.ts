import 'reflect-metadata';
import type { Query } from '@nestjs/cqrs';

type ResultOf<Q> = Q extends Query<infer Result> ? Result : never;

const ANSWER = Symbol('seamline:unreachable-answer');

/**
 * Declares, beside `@QueryContract`, what a query is answered with when the module that owns it runs in
 * another process and cannot be reached: something safe that callers need not tell from the truth, such as
 * "unknown". It is used for nothing else, neither for refusals nor for failures, and never where the owner
 * runs in the same process.
 *
 *     @AnswerWhenUnreachable<FindOffers>(() => [])
 */
export const AnswerWhenUnreachable =
  <Q extends Query<unknown>>(answer: (query: Q) => ResultOf<Q>) =>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as in `MessageClass`
  (target: new (fields: any) => Q): void =>
    Reflect.defineMetadata(ANSWER, answer, target);

/** What a query's class declares, if it does. */
export const unreachableAnswerOf = (type: object): ((query: object) => unknown) | undefined =>
  Reflect.getMetadata(ANSWER, type) as ((query: object) => unknown) | undefined;
