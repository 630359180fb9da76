import 'reflect-metadata';

const SAFE_TO_REPEAT = Symbol('seamline:safe-to-repeat');

/**
 * Says of a route that changes something, and takes no `Idempotency-Key`, why a client that got no answer may
 * send its request again. A test asks each such route for one of the two.
 */
export const SafeToRepeat =
  (reason: string): MethodDecorator =>
  (target, name) =>
    Reflect.defineMetadata(SAFE_TO_REPEAT, reason, target, name);

/** The reason that a method of a controller's prototype was marked with. */
export const whySafeToRepeat = (prototype: object, method: string): string | undefined =>
  Reflect.getMetadata(SAFE_TO_REPEAT, prototype, method) as string | undefined;
