/** A fault hit nothing. A trial of nothing proves nothing: it is played again. */
export class DidNotBite extends Error {
  constructor(what: string) {
    super(`The fault did not bite: ${what}.`);
  }
}

/** Throws when a fault hit nothing. */
export function bitten(hit: number, what: string): void {
  if (hit === 0) throw new DidNotBite(what);
}
