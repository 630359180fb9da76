import type { Location } from './schema-document';

export type BreakCode =
  | 'additional-items-narrowed'
  | 'additional-properties-narrowed'
  | 'bound-narrowed'
  | 'condition-changed'
  | 'contains-narrowed'
  | 'count-narrowed'
  | 'dependency-added'
  | 'format-changed'
  | 'item-added'
  | 'item-removed'
  | 'multiple-of-narrowed'
  | 'not-extended'
  | 'nothing-fits'
  | 'pattern-changed'
  | 'property-added'
  | 'property-not-covered'
  | 'property-removed'
  | 'property-names-narrowed'
  | 'required-added'
  | 'retired-name'
  | 'too-large'
  | 'type-narrowed'
  | 'union-ambiguous'
  | 'union-narrowed'
  | 'unique-items-added'
  | 'values-narrowed';

/** Which schema reads: the newer one older messages, or the older one newer messages. */
export type Direction = 'backward' | 'forward';

/** Where a reader does not accept what a writer may write. */
export interface Break {
  readonly code: BreakCode;
  /** The keyword, or the property, item or alternative, of either schema. */
  readonly at: Location;
  /** What is no longer accepted, for people. */
  readonly detail: string;
}

/** What a comparison of two places found; those of the places inside hang below. */
export class Result {
  readonly own: Break[] = [];
  readonly inside: Result[] = [];
  /** The alternative of a union that accepted the value. */
  member?: Location;

  get ok(): boolean {
    return this.own.length === 0 && this.inside.length === 0;
  }

  /** How much was found, with what was found in several places counted there. */
  size = 0;

  add(code: BreakCode, at: Location, detail = ''): this {
    this.size += 1;
    this.own.push({ code, at, detail });
    return this;
  }

  include(result: Result): this {
    if (result.ok) return this;
    this.inside.push(result);
    this.size += result.size;
    return this;
  }

  /** All breaks, each once. */
  breaks(): Break[] {
    const found = new Map<string, Break>();
    const seen = new Set<Result>([this]);
    for (const result of seen) {
      for (const one of result.own) found.set(`${one.at.id} ${one.code}`, one);
      for (const inside of result.inside) seen.add(inside);
    }
    return [...found.values()];
  }
}
