/**
 * A recursion whose calls wait on a list instead of the stack, so that schemas of any depth are walked: a
 * step yields the steps whose results it needs.
 */
export type Step<T> = Generator<Step<unknown>, T, unknown>;

/** Inside of a step: the result of another. */
export function* of<T>(step: Step<T>): Step<T> {
  return (yield step) as T;
}

/** Runs a step and all that it waits for. */
export function runSteps<T>(first: Step<T>): T {
  const waiting: Step<unknown>[] = [first];
  let result: unknown;
  for (;;) {
    const { done, value } = waiting[waiting.length - 1].next(result);
    if (done) {
      waiting.pop();
      if (waiting.length === 0) return value as T;
      result = value;
    } else {
      waiting.push(value);
      result = undefined;
    }
  }
}
