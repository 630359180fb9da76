const validated = new WeakMap<object, unknown>();

/** Notes what the validation made of a request's body, query or path. */
export function rememberValidated(raw: unknown, instance: unknown): void {
  if (typeof raw === 'object' && raw !== null) validated.set(raw, instance);
}

/** What the validation made of a part of a request; the part itself where it was not validated. */
export const asValidated = <T>(raw: T): T =>
  ((typeof raw === 'object' && raw !== null && validated.get(raw)) || raw) as T;
