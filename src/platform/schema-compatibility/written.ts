import { atomAccepts, isEvaluated, isMultiple, typeOf } from './accepts';
import { canonical } from './canonical';
import {
  ANY_TYPE,
  type Atom,
  atomsOf,
  type Bound,
  type Constraints,
  type Count,
  NUMERIC,
  TYPES,
} from './constraints';
import { matches, mayOverlap } from './patterns';
import type { Location } from './schema-document';

/** A range of integers with more values is not looked at one by one. */
const MAX_RANGE = 256;

const single = new WeakMap<Location, Written>();

/** The values that a writer may write at one place: those that fit all of these conditions. */
export class Written {
  readonly key: string;
  readonly plain: readonly Constraints[];
  readonly types: number;

  constructor(
    readonly atoms: readonly Atom[],
    readonly mask = ANY_TYPE,
  ) {
    this.key = `${mask}:${atoms
      .map((atom) => atom.id)
      .sort((a, b) => a - b)
      .join(',')}`;
    this.plain = atoms.flatMap((atom) => (atom.kind === 'plain' ? atom.is : []));
    const types = this.plain.reduce((all, is) => all & is.types, mask);
    const isWhole = this.plain.some(
      ({ multipleOf }) => multipleOf !== undefined && Number.isInteger(multipleOf),
    );
    this.types = isWhole ? types & ~TYPES.fraction : types;
  }

  /** The values that fit all of these schemas. */
  static of(...schemas: readonly Location[]): Written {
    if (schemas.length !== 1) return new Written(unique(schemas.flatMap(atomsOf)));
    const known = single.get(schemas[0]);
    if (known) return known;
    const made = new Written(atomsOf(schemas[0]));
    single.set(schemas[0], made);
    return made;
  }

  with(schemas: readonly Location[]): Written {
    return new Written(unique([...this.atoms, ...schemas.flatMap(atomsOf)]), this.mask);
  }

  without(atom: Atom): Written {
    return new Written(
      this.atoms.filter((other) => other !== atom),
      this.mask,
    );
  }

  ofTypes(types: number): Written {
    return new Written(this.atoms, this.mask & types);
  }

  has(atom: Atom): boolean {
    return this.atoms.some((other) => other.id === atom.id);
  }

  /** As far as a look at types and bounds tells. */
  get isImpossible(): boolean {
    if (this.types === 0 || this.plain.some(({ never }) => never)) return true;
    if (this.values) return this.values.length === 0;
    const [low, high] = [this.low, this.high];
    const crossed =
      low &&
      high &&
      (low.value > high.value || (low.value === high.value && (low.exclusive || high.exclusive)));
    const without =
      (crossed ? NUMERIC : 0) |
      (this.count('minLength') > this.count('maxLength') ? TYPES.string : 0) |
      (this.count('minItems') > this.count('maxItems') ? TYPES.array : 0) |
      (this.requiresTheImpossible ? TYPES.object : 0);
    return (this.types & ~without) === 0;
  }

  private get requiresTheImpossible(): boolean {
    return this.plain.some(({ required }) =>
      [...required.keys()].some((name) => this.schemasOf(name).some((schema) => schema.value === false)),
    );
  }

  private listed: { values: readonly unknown[] | undefined } | undefined;

  /** All of the values, where they are few. */
  get values(): readonly unknown[] | undefined {
    this.listed ??= { values: this.list() };
    return this.listed.values;
  }

  private list(): readonly unknown[] | undefined {
    const lists = this.plain.flatMap(({ values }) => (values ? [values.list] : []));
    const shortest = lists.sort((a, b) => a.length - b.length)[0] ?? this.ofSmallTypes();
    if (!shortest) return undefined;
    const fitting = shortest.filter((value) => this.admits(value));
    return [...new Map(fitting.map((value) => [canonical(value), value])).values()];
  }

  private ofSmallTypes(): readonly unknown[] | undefined {
    if ((this.types & ~(TYPES.null | TYPES.boolean)) === 0)
      return [
        ...(this.types & TYPES.null ? [null] : []),
        ...(this.types & TYPES.boolean ? [false, true] : []),
      ];
    if (this.types !== TYPES.integer || !this.low || !this.high) return undefined;
    const [first, last] = [Math.floor(this.low.value), Math.ceil(this.high.value)];
    if (!(last - first <= MAX_RANGE)) return undefined;
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  }

  /** Whether the value may be among them. */
  admits(value: unknown): boolean {
    return (this.mask & typeOf(value)) !== 0 && this.atoms.every((atom) => atomAccepts(atom, value));
  }

  /** The lowest number, undefined without one. */
  get low(): Bound | undefined {
    return this.bound(
      (is) => is.minimum,
      (a, b) => b.value - a.value || Number(b.exclusive) - Number(a.exclusive),
    );
  }

  get high(): Bound | undefined {
    return this.bound(
      (is) => is.maximum,
      (a, b) => a.value - b.value || Number(b.exclusive) - Number(a.exclusive),
    );
  }

  private bound(of: (is: Constraints) => readonly Bound[], order: (a: Bound, b: Bound) => number) {
    return this.plain.flatMap(of).sort(order)[0] as Bound | undefined;
  }

  /** The largest of the minima, or the smallest of the maxima. */
  count(count: Count): number {
    const all = this.plain.flatMap(({ counts }) => counts.get(count) ?? []);
    return count.startsWith('min') ? Math.max(0, ...all) : Math.min(Infinity, ...all);
  }

  requires(name: string): boolean {
    return this.plain.some(({ required }) => required.has(name));
  }

  /** Whether all numbers are multiples of `of`. */
  areMultiples(of: number): boolean {
    if ((this.types & NUMERIC) === TYPES.integer && isMultiple(1, of)) return true;
    return this.plain.some(({ multipleOf }) => multipleOf !== undefined && isMultiple(multipleOf, of));
  }

  /** The names that the writer describes. */
  get names(): ReadonlySet<string> {
    return new Set(this.plain.flatMap(({ properties }) => [...properties.keys()]));
  }

  get patterns(): ReadonlyMap<string, Location[]> {
    const all = new Map<string, Location[]>();
    for (const { patterns } of this.plain)
      for (const [pattern, schema] of patterns) all.set(pattern, [...(all.get(pattern) ?? []), schema]);
    return all;
  }

  /** Whether the writer describes a property of this name. */
  declares(name: string): boolean {
    return this.plain.some(
      ({ properties, patterns }) =>
        properties.has(name) || [...patterns.keys()].some((pattern) => matches(pattern, name)),
    );
  }

  /** All schemas that a property of this name fits. */
  schemasOf(name: string): Location[] {
    return this.plain.flatMap((is) => {
      const property = is.properties.get(name);
      const byPattern = [...is.patterns].flatMap(([pattern, schema]) =>
        matches(pattern, name) ? schema : [],
      );
      if (property || byPattern.length > 0) return property ? [property, ...byPattern] : byPattern;
      return is.additional && !isEvaluated(is, name) ? [is.additional] : [];
    });
  }

  /** What a property fits that matches these patterns, is none of `names`, and matches none of the others. */
  schemasOfPatterns(matched: readonly string[], others: ReadonlySet<string>): Location[] {
    return this.plain.flatMap(({ patterns, additional, evaluated }) => {
      const described = matched.flatMap((pattern) => patterns.get(pattern) ?? []);
      if (described.length > 0) return described;
      const isUndescribed =
        evaluated.names.size + evaluated.patterns.length === 0 &&
        [...patterns.keys()].every(
          (own) => others.has(own) || matched.some((pattern) => !mayOverlap(own, pattern)),
        );
      return additional && isUndescribed ? [additional] : [];
    });
  }

  /** What properties that the writer does not describe fit; nothing in an open content model. */
  get additional(): Location[] {
    return this.plain.flatMap(({ additional }) => additional ?? []);
  }

  /** The schemas that the item at this position fits; at `undefined`, those behind all tuples. */
  itemSchemas(position: number | undefined): Location[] {
    return this.plain.flatMap(({ prefix, rest, evaluatedItems }) => {
      const described = position === undefined ? undefined : prefix[position];
      if (described) return [described];
      return rest && (position === undefined || position >= evaluatedItems) ? [rest] : [];
    });
  }
}

function unique(atoms: readonly Atom[]): Atom[] {
  return [...new Map(atoms.map((atom) => [atom.id, atom])).values()];
}
