import { Client } from 'pg';

/**
 * What a process says that cannot have its bug any more; whatever goes wrong on that stage proves nothing.
 */
export const UNPLANTABLE = 'The bug cannot be planted';

/**
 * Ends the process: one without its bug, or with half of it, must not be taken for one whose bug was caught.
 */
export function unplantable(because: string): never {
  console.error(`${UNPLANTABLE}: ${because}. Find what took its place, and plant it there.`);
  process.exit(70);
}

type Callable = (...parameters: never[]) => unknown;

/** Replaces a method of a class, private ones by their name; throws when there is none. */
export function replaceMethod<Method extends Callable>(
  type: { prototype: object; name: string },
  name: string,
  by: (original: Method) => Method,
): void {
  replace(type.prototype, `${type.name}.${name}`, name, by);
}

/** Replaces a function that a module exports, for every caller outside of it; throws when there is none. */
export function replaceExport<Exports extends object, Name extends string & keyof Exports>(
  exports: Exports,
  name: Name,
  by: (original: Exports[Name]) => Exports[Name],
): void {
  replace(exports, `the exported ${name}`, name, by as unknown as (original: Callable) => Callable);
}

/** Replaces a getter of a class; throws when there is none. */
export function replaceGetter<Value>(
  type: { prototype: object; name: string },
  name: string,
  by: (original: () => Value) => () => Value,
): void {
  const original = Object.getOwnPropertyDescriptor(type.prototype, name)?.get;
  if (!original) unplantable(`${type.name}.${name} is gone`);
  Object.defineProperty(type.prototype, name, { get: by(original as () => Value), configurable: true });
}

function replace<Method extends Callable>(
  holder: object,
  what: string,
  name: string,
  by: (original: Method) => Method,
): void {
  const original = (holder as Record<string, unknown>)[name];
  if (typeof original !== 'function') unplantable(`${what} is gone`);
  Object.defineProperty(holder, name, {
    value: by(original as Method),
    writable: true,
    configurable: true,
    enumerable: true,
  });
}

/** One statement on its way to the server. */
export interface PassingStatement {
  readonly client: Client;
  readonly text: string;
  /** Sends it on, and resolves to the server's answer. */
  send(): Promise<unknown>;
}

/** What the server would answer to a statement that touched no row. */
export const NOTHING_DONE = { command: '', rowCount: 0, oid: 0, rows: [], fields: [] };

/** Hands every statement whose text fits to `instead`, on all connections of the process. */
export function intercept(text: RegExp, instead: (statement: PassingStatement) => Promise<unknown>): void {
  replaceMethod<(...parameters: unknown[]) => unknown>(
    Client,
    'query',
    (original) =>
      function (this: Client, ...parameters: unknown[]) {
        const [first] = parameters;
        const sent = typeof first === 'string' ? first : (first as { text?: string }).text;
        if (sent === undefined || !text.test(sent)) return original.apply(this, parameters);
        if (parameters.some((parameter) => typeof parameter === 'function'))
          unplantable(`a callback waits for the answer to "${sent}"`);
        return instead({ client: this, text: sent, send: async () => original.apply(this, parameters) });
      },
  );
}
