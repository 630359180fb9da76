import { atomAccepts, isEvaluated, refusals } from './accepts';
import { type Atom, atomsOf, type Constraints, NUMERIC, TYPES } from './constraints';
import { disjoint } from './disjoint';
import { formatFits, isOfNumbers } from './formats';
import { isUniversal, matches, mayOverlap } from './patterns';
import { type BreakCode, Result } from './result';
import { Location } from './schema-document';
import { of, runSteps, type Step } from './steps';
import { describeTypes, list } from './texts';
import { Written } from './written';

/** How many pairs of places one comparison looks at before it gives up. */
export const MAX_COMPARISONS = 300_000;
/** Alternatives of a writer are combined with one another up to this many unions. */
const MAX_UNIONS = 3;
/** Of larger unions, alternatives that overlap are not looked for. */
const MAX_AMBIGUITY = 32;

/** Lax outside of negations: there a name that no writer used is no difference, and defaults fill gaps. */
interface How {
  readonly strict: boolean;
}
const LAX: How = { strict: false };
const STRICT: How = { strict: true };

interface Entry {
  readonly result: Result;
  done: boolean;
  /** Another comparison took this one to hold while it was under way. */
  assumed: boolean;
}

/**
 * Whether a reader accepts whatever a writer may write. What cannot be told, such as whether one regular
 * expression finds all that another does, counts as not accepted.
 */
export class Coverage {
  private readonly entries = new Map<string, Entry>();
  /** The comparisons that held, in order, so that those that rested on a wrong assumption can be undone. */
  private readonly held: string[] = [];
  private comparisons = 0;

  /** `isRetired` tells of a property of the reader whether its name meant something before. */
  constructor(
    private readonly isRetired: (property: Location) => boolean,
    private readonly maxComparisons = MAX_COMPARISONS,
  ) {}

  compare(writer: Location, reader: Location): Result {
    const result = runSteps(this.covers(Written.of(writer), reader, LAX));
    return this.comparisons > this.maxComparisons
      ? new Result().include(result).add('too-large', reader)
      : result;
  }

  private *covers(writer: Written, reader: Location, how: How): Step<Result> {
    const result = new Result();
    for (const atom of atomsOf(reader)) result.include(yield* of(this.fits(writer, atom, how)));
    return result;
  }

  /** One condition of the reader; remembered, and taken to hold where it is met inside of itself. */
  private *fits(writer: Written, atom: Atom, how: How): Step<Result> {
    const key = `${writer.key}>${atom.id}${how.strict ? '!' : ''}`;
    const known = this.entries.get(key);
    if (known?.done) return known.result;
    if (known) {
      known.assumed = true;
      return new Result();
    }
    this.comparisons += 1;
    if (this.comparisons > this.maxComparisons) return new Result();
    const entry: Entry = { result: new Result(), done: false, assumed: false };
    this.entries.set(key, entry);
    const mark = this.held.length;
    const found = yield* of(this.fitsAnew(writer, atom, how));
    entry.result.include(found);
    entry.done = true;
    if (entry.result.ok) this.held.push(key);
    else if (entry.assumed) for (const wrong of this.held.splice(mark)) this.entries.delete(wrong);
    return entry.result;
  }

  private *fitsAnew(writer: Written, atom: Atom, how: How): Step<Result> {
    if (writer.isImpossible || writer.has(atom)) return new Result();
    if (writer.values) return this.valuesFit(writer.values, atom, how);
    switch (atom.kind) {
      case 'plain':
        return yield* of(this.fitsPlain(writer, atom.is, atom, how));
      case 'union':
        return yield* of(this.fitsUnion(writer, atom, how));
      case 'not':
        return yield* of(this.fitsNot(writer, atom, how));
      case 'if':
        return yield* of(this.fitsCondition(writer, atom, how));
    }
  }

  private valuesFit(values: readonly unknown[], atom: Atom, how: How): Result {
    const result = new Result();
    if (atom.kind !== 'plain') {
      const refused = values.filter((value) => !atomAccepts(atom, value));
      if (refused.length === 0) return result;
      const code = { union: 'union-narrowed', not: 'not-extended', if: 'condition-changed' } as const;
      return result.add(code[atom.kind], atom.at, list(refused));
    }
    const byKeyword = new Map<string, unknown[]>();
    for (const value of values)
      for (const keyword of refusals(atom.is, value))
        byKeyword.set(keyword, [...(byKeyword.get(keyword) ?? []), value]);
    // A default stands in for what a value lacks.
    const gaps = [...atom.is.required.keys()].filter((name) => !this.fills(atom.is, name, how));
    if (gaps.length === 0) byKeyword.delete('required');
    const { at } = atom.is;
    for (const [keyword, refused] of byKeyword) {
      const place = atom.is.never ? at : (at.child(keyword) ?? at);
      if (keyword === 'type' && (byKeyword.size > 1 || atom.is.values)) {
        // The value is refused for what it is; its type adds nothing.
        if (byKeyword.has('enum') || byKeyword.has('const')) continue;
      }
      result.add(CODES[keyword] ?? 'values-narrowed', place, list(refused));
    }
    return result;
  }

  private *fitsPlain(writer: Written, is: Constraints, atom: Atom, how: How): Step<Result> {
    // What an alternative of the writer says counts, too.
    const unions = writer.atoms.filter(isUnion);
    if (unions.length === 0) return yield* of(this.fitsRules(writer, is, how));
    const plain = new Written(
      writer.atoms.filter((own) => own.kind === 'plain' || own.kind === 'not'),
      writer.mask,
    );
    const direct = yield* of(this.fits(plain, atom, how));
    if (direct.ok) return direct;
    let best: Result | undefined;
    for (const union of unions) {
      const rest = unions.length <= MAX_UNIONS ? writer.without(union) : plain;
      const result = new Result();
      for (const schemas of alternatives(union))
        result.include(yield* of(this.fits(rest.with(schemas), atom, how)));
      if (result.ok) return result;
      best ??= result;
    }
    return best ?? direct;
  }

  private *fitsRules(writer: Written, is: Constraints, how: How): Step<Result> {
    const result = new Result();
    if (is.never) return result.add('nothing-fits', is.at);
    const missing = writer.types & ~is.types;
    if (missing) result.add('type-narrowed', is.at.child('type') ?? is.at, describeTypes(missing));
    const types = writer.types & is.types;
    if (types === 0) return result;
    if (is.values) result.add('values-narrowed', is.values.at, 'other values');
    if (types & NUMERIC) this.fitsNumbers(writer, is, result);
    if (types & TYPES.string) this.fitsTexts(writer, is, result);
    if (types & TYPES.array) yield* of(this.fitsItems(writer, is, how, result));
    if (types & TYPES.object) yield* of(this.fitsProperties(writer, is, how, result));
    return result;
  }

  private fitsNumbers(writer: Written, is: Constraints, result: Result): void {
    const isWhole = (writer.types & NUMERIC) === TYPES.integer;
    const { low, high } = writer;
    for (const { value, exclusive, at } of is.minimum) {
      const first =
        low && isWhole ? (low.exclusive ? Math.floor(low.value) + 1 : Math.ceil(low.value)) : low?.value;
      const excludes = exclusive && (isWhole || !low?.exclusive);
      if (first === undefined || first < value || (first === value && excludes))
        result.add('bound-narrowed', at, `numbers below ${value}${exclusive ? ', or equal to it' : ''}`);
    }
    for (const { value, exclusive, at } of is.maximum) {
      const last =
        high && isWhole ? (high.exclusive ? Math.ceil(high.value) - 1 : Math.floor(high.value)) : high?.value;
      const excludes = exclusive && (isWhole || !high?.exclusive);
      if (last === undefined || last > value || (last === value && excludes))
        result.add('bound-narrowed', at, `numbers above ${value}${exclusive ? ', or equal to it' : ''}`);
    }
    if (is.multipleOf !== undefined && !writer.areMultiples(is.multipleOf))
      result.add(
        'multiple-of-narrowed',
        is.at.child('multipleOf')!,
        `numbers that are no multiples of ${is.multipleOf}`,
      );
    const format = is.format;
    if (format !== undefined && isOfNumbers(format) && !writer.plain.some((own) => own.format === format))
      result.add('format-changed', is.at.child('format')!, `numbers that are no ${format}`);
  }

  private fitsTexts(writer: Written, is: Constraints, result: Result): void {
    this.fitsCounts(writer, is, ['minLength', 'maxLength'], result);
    const { pattern, format } = is;
    if (
      pattern !== undefined &&
      !isUniversal(pattern) &&
      !writer.plain.some((own) => own.pattern === pattern)
    )
      result.add('pattern-changed', is.at.child('pattern')!, `texts in which /${pattern}/ finds nothing`);
    if (
      format !== undefined &&
      !isOfNumbers(format) &&
      !writer.plain.some((own) => own.format !== undefined && formatFits(own.format, format))
    )
      result.add('format-changed', is.at.child('format')!, `texts that are no ${format}`);
  }

  private fitsCounts(
    writer: Written,
    is: Constraints,
    names: readonly (
      'minLength' | 'maxLength' | 'minItems' | 'maxItems' | 'minProperties' | 'maxProperties'
    )[],
    result: Result,
    known: { min?: number; max?: number } = {},
  ): void {
    for (const name of names) {
      const limit = is.counts.get(name);
      if (limit === undefined) continue;
      const isMinimum = name.startsWith('min');
      const count = isMinimum
        ? Math.max(writer.count(name), known.min ?? 0)
        : Math.min(writer.count(name), known.max ?? Infinity);
      if (isMinimum ? count >= limit : count <= limit) continue;
      const unit = { Length: 'characters', Items: 'items', Properties: 'properties' }[name.slice(3)];
      result.add(
        'count-narrowed',
        is.at.child(name)!,
        `${isMinimum ? 'fewer' : 'more'} than ${limit} ${unit}`,
      );
    }
  }

  private *fitsItems(writer: Written, is: Constraints, how: How, result: Result): Step<void> {
    const tuple = Math.max(
      is.prefix.length,
      is.evaluatedItems,
      ...writer.plain.map((own) => Math.max(own.prefix.length, own.evaluatedItems)),
    );
    const most = writer.count('maxItems');
    let closedAt = Infinity;
    for (let position = 0; position < tuple && position < most && position < closedAt; position += 1) {
      const written = writer.itemSchemas(position);
      const value = Written.of(...written);
      if (value.isImpossible) closedAt = position;
      const described = is.prefix[position];
      const reader = described ?? (position < is.evaluatedItems ? undefined : is.rest);
      if (!reader) continue;
      const found = yield* of(this.covers(value, reader, how));
      if (found.ok) continue;
      const declared = writer.plain.flatMap((own) => own.prefix[position] ?? [])[0] as Location | undefined;
      if (declared && described) result.include(found);
      else if (declared) result.add('item-removed', declared, `an item ${position}`);
      else result.add('item-added', reader, `other items at ${position}`);
    }
    if (is.rest && most > tuple && closedAt === Infinity) {
      const written = writer.itemSchemas(undefined);
      const found = yield* of(this.covers(Written.of(...written), is.rest, how));
      if (!found.ok && written.length > 0 && is.rest.value !== false) result.include(found);
      else if (!found.ok) result.add('additional-items-narrowed', is.rest, 'items of any kind');
    }
    const closed = writer.itemSchemas(undefined).some((schema) => schema.value === false) ? tuple : undefined;
    this.fitsCounts(writer, is, ['minItems', 'maxItems'], result, {
      max: Math.min(closed ?? Infinity, closedAt),
    });
    if (is.uniqueItems && most > 1 && !writer.plain.some((own) => own.uniqueItems))
      result.add('unique-items-added', is.at.child('uniqueItems')!, 'items that repeat');
    if (is.contains) yield* of(this.fitsContains(writer, is, is.contains, how, result));
  }

  private *fitsContains(
    writer: Written,
    is: Constraints,
    contains: Location,
    how: How,
    result: Result,
  ): Step<void> {
    let enough = is.minContains === 0;
    let fewEnough = is.maxContains === Infinity || writer.count('maxItems') <= is.maxContains;
    for (const own of writer.plain) {
      if (!own.contains) continue;
      if (own.minContains >= is.minContains)
        enough ||= (yield* of(this.covers(Written.of(own.contains), contains, how))).ok;
      if (own.maxContains <= is.maxContains)
        fewEnough ||= (yield* of(this.covers(Written.of(contains), own.contains, STRICT))).ok;
    }
    if (!enough && writer.count('minItems') >= is.minContains && writer.itemSchemas(undefined).length > 0)
      enough =
        (yield* of(this.covers(Written.of(...writer.itemSchemas(undefined)), contains, how))).ok &&
        writer.plain.every((own) => own.prefix.length === 0);
    if (!enough) result.add('contains-narrowed', contains, 'lists without such an item');
    if (!fewEnough)
      result.add('contains-narrowed', is.at.child('maxContains')!, 'lists with more such items');
  }

  private *fitsProperties(writer: Written, is: Constraints, how: How, result: Result): Step<void> {
    for (const [name, reader] of is.properties)
      yield* of(this.fitsProperty(writer, name, reader, how, result));
    const names = writer.names;
    for (const name of names) {
      const byPattern = [...is.patterns].flatMap(([pattern, schema]) =>
        matches(pattern, name) ? schema : [],
      );
      const written = Written.of(...writer.schemasOf(name));
      for (const schema of byPattern) result.include(yield* of(this.covers(written, schema, how)));
      if (byPattern.length > 0 || is.properties.has(name) || !is.additional || isEvaluated(is, name))
        continue;
      const found = yield* of(this.covers(written, is.additional, how));
      const declared = writer.plain.flatMap(({ properties }) => properties.get(name) ?? [])[0];
      if (!found.ok)
        result.add(
          is.additional.value === false ? 'property-removed' : 'property-not-covered',
          declared,
          name,
        );
    }
    yield* of(this.fitsPatterns(writer, is, how, result));
    for (const [name, at] of is.required)
      if (!writer.requires(name) && !this.fills(is, name, how)) result.add('required-added', at, name);
    const required = new Set(writer.plain.flatMap((own) => [...own.required.keys()]));
    const isClosed = writer.additional.some(({ value }) => value === false) && writer.patterns.size === 0;
    this.fitsCounts(writer, is, ['minProperties', 'maxProperties'], result, {
      min: required.size,
      max: isClosed ? names.size : undefined,
    });
    yield* of(this.fitsNames(writer, is, isClosed, how, result));
    yield* of(this.fitsDependencies(writer, is, how, result));
  }

  private *fitsProperty(
    writer: Written,
    name: string,
    reader: Location,
    how: How,
    result: Result,
  ): Step<void> {
    const schemas = writer.schemasOf(name);
    const found = yield* of(this.covers(Written.of(...schemas), reader, how));
    if (writer.declares(name)) {
      const described = writer.plain.some(({ properties }) => properties.has(name));
      if (described) result.include(found);
      else if (!found.ok) result.add('property-not-covered', reader, name);
      return;
    }
    const isOpen = schemas.every((schema) => atomsOf(schema).length === 0);
    if (!isOpen) {
      if (!found.ok) result.add('property-not-covered', reader, name);
    } else if (how.strict) {
      if (!found.ok) result.add('property-added', reader, name);
    } else if (this.isRetired(reader)) result.add('retired-name', reader, name);
  }

  private *fitsPatterns(writer: Written, is: Constraints, how: How, result: Result): Step<void> {
    const readers = new Set(is.patterns.keys());
    const own = writer.patterns;
    const isOpen = writer.additional.every((schema) => atomsOf(schema).length === 0);
    const rest = Written.of(...writer.additional);
    for (const [pattern, reader] of is.patterns) {
      if (own.has(pattern)) {
        const written = Written.of(...writer.schemasOfPatterns([pattern], NONE));
        result.include(yield* of(this.covers(written, reader, how)));
        continue;
      }
      for (const other of own.keys()) {
        if (!isUniversal(other) && !isUniversal(pattern) && !mayOverlap(other, pattern)) continue;
        const written = Written.of(...writer.schemasOfPatterns([other], NONE));
        result.include(yield* of(this.covers(written, reader, how)));
      }
      if ([...own.keys()].some(isUniversal) || (isOpen && !how.strict)) continue;
      const found = yield* of(this.covers(rest, reader, how));
      if (!found.ok) result.add('property-not-covered', reader, `names with /${pattern}/`);
    }
    if (!is.additional) return;
    for (const [other, schemas] of own) {
      if (readers.has(other) || [...readers].some(isUniversal)) continue;
      if (is.evaluated.patterns.includes(other)) continue;
      const written = Written.of(...writer.schemasOfPatterns([other], readers));
      const found = yield* of(this.covers(written, is.additional, how));
      if (!found.ok) result.add('property-removed', schemas[0], `names with /${other}/`);
    }
    if ([...readers, ...own.keys()].some(isUniversal)) return;
    if (is.evaluated.patterns.some(isUniversal)) return;
    const found = yield* of(this.covers(rest, is.additional, how));
    if (found.ok) return;
    const isNested = !isOpen && typeof is.additional.value === 'object';
    if (isNested) result.include(found);
    else result.add('additional-properties-narrowed', is.additional, 'other properties');
  }

  /** A default stands in for a property that messages lack. */
  private fills(is: Constraints, name: string, how: How): boolean {
    const property = is.properties.get(name);
    if (how.strict || !property) return false;
    if (typeof property.value === 'object' && property.child('default')) return true;
    return atomsOf(property).some((atom) => atom.kind === 'plain' && atom.is.hasDefault);
  }

  private *fitsNames(
    writer: Written,
    is: Constraints,
    isClosed: boolean,
    how: How,
    result: Result,
  ): Step<void> {
    if (!is.propertyNames) return;
    const names = is.propertyNames;
    const own = writer.plain.flatMap(({ propertyNames }) => propertyNames ?? []);
    const written = Written.of(...own).ofTypes(TYPES.string);
    if (isClosed) {
      const refused = [...writer.names].filter(
        (name) => !atomsOf(names).every((atom) => atomAccepts(atom, name)),
      );
      if (refused.length > 0) result.add('property-names-narrowed', names, list(refused));
      return;
    }
    const found = yield* of(this.covers(written, names, how));
    if (!found.ok) result.add('property-names-narrowed', names, 'other names');
  }

  private *fitsDependencies(writer: Written, is: Constraints, how: How, result: Result): Step<void> {
    // Of a new property, no message of the writer speaks.
    const isWritten = (name: string): boolean => {
      const schemas = writer.schemasOf(name);
      if (Written.of(...schemas).isImpossible) return false;
      return how.strict || writer.declares(name) || writer.requires(name) || !is.properties.has(name);
    };
    for (const [name, { list: needed, at }] of is.dependentRequired) {
      if (!isWritten(name)) continue;
      const own = new Set(writer.plain.flatMap((one) => one.dependentRequired.get(name)?.list ?? []));
      const missing = needed.filter((other) => other !== name && !own.has(other) && !writer.requires(other));
      if (missing.length > 0) result.add('dependency-added', at, `${name} without ${missing.join(', ')}`);
    }
    for (const [name, schema] of is.dependentSchemas) {
      if (!isWritten(name)) continue;
      const own = writer.plain.flatMap((one) => one.dependentSchemas.get(name) ?? []);
      const found = yield* of(this.covers(writer.with(own), schema, how));
      if (found.ok) continue;
      if (own.length > 0) result.include(found);
      else result.add('dependency-added', schema, `${name} as before`);
    }
  }

  private *fitsUnion(writer: Written, atom: Atom & { kind: 'union' }, how: How): Step<Result> {
    const unions = writer.atoms.filter(isUnion);
    if (unions.length === 0) {
      const result = yield* of(this.fitsMember(writer, atom, how));
      if (!result.ok || !atom.exactlyOne) return result;
      return yield* of(this.fitsOnlyOne([writer], [], atom, how));
    }
    let best: Result | undefined;
    // Each union of the writer alone first, as unions that stand side by side multiply.
    for (const union of unions) {
      const result = yield* of(this.fitsBranches(new Written([], writer.mask), union, atom, how));
      if (result.ok) return result;
      best ??= result;
    }
    if (writer.atoms.length > 1) {
      for (const union of unions.slice(0, MAX_UNIONS)) {
        const result = yield* of(this.fitsBranches(writer.without(union), union, atom, how));
        if (result.ok) return result;
        best = result;
      }
    }
    if (atom.exactlyOne) return best!;
    const direct = yield* of(this.fitsMember(writer, atom, how));
    return direct.ok ? direct : best!;
  }

  private *fitsBranches(rest: Written, union: Atom, atom: Atom & { kind: 'union' }, how: How): Step<Result> {
    const result = new Result();
    const branches = alternatives(union);
    const used = new Set<Location>();
    const failed: { schemas: readonly Location[]; written: Written; found: Result }[] = [];
    for (const schemas of branches) {
      const written = rest.with(schemas);
      let found = yield* of(this.fitsMember(written, atom, how));
      if (!found.ok && written.atoms.some(isUnion)) found = yield* of(this.fits(written, atom, how));
      if (found.member) used.add(found.member);
      if (!found.ok) failed.push({ schemas, written, found });
    }
    for (const { schemas, written, found } of failed) {
      const free = atom.members.filter((member) => !used.has(member));
      const counterpart = yield* of(this.counterpart(written, free, how));
      if (counterpart) result.include(counterpart);
      else if (union.kind === 'union') result.add('union-narrowed', schemas[0], describeTypes(written.types));
      else result.include(found);
    }
    if (!result.ok || !atom.exactlyOne || union.kind !== 'union') return result;
    const written = branches.map((schemas) => rest.with(schemas));
    const own = union.exactlyOne ? union.members : [];
    if (!union.exactlyOne && union.members.length > 1)
      return areDisjoint(atom.members)
        ? result
        : result.add('union-ambiguous', atom.at, 'values that fit several alternatives');
    return result.include(yield* of(this.fitsOnlyOne(written, own, atom, how)));
  }

  /** The alternative of the reader that an alternative of the writer most likely became. */
  private *counterpart(written: Written, free: readonly Location[], how: How): Step<Result | undefined> {
    let best: { result: Result; count: number } | undefined;
    for (const member of free.slice(0, MAX_AMBIGUITY)) {
      if ((Written.of(member).types & written.types) === 0) continue;
      const result = yield* of(this.covers(written, member, how));
      const count = result.size;
      if (!best || count < best.count) best = { result, count };
    }
    return best?.result;
  }

  /** One of the alternatives accepts all; where none does, those of each type may. */
  private *fitsMember(written: Written, atom: Atom & { kind: 'union' }, how: How): Step<Result> {
    const result = new Result();
    if (written.isImpossible || written.has(atom)) return result;
    if (written.values) return this.valuesFit(written.values, atom, how);
    for (const member of atom.members) {
      if ((yield* of(this.covers(written, member, how))).ok) {
        result.member = member;
        return result;
      }
    }
    const types = Object.values(TYPES).filter((type) => written.types & type);
    if (types.length > 1) {
      const refused: number[] = [];
      for (const type of groups(types, written)) {
        const found = yield* of(this.fitsMember(written.ofTypes(type), atom, how));
        if (!found.ok) refused.push(type);
      }
      if (refused.length === 0) return result;
      return result.add(
        'union-narrowed',
        atom.at,
        describeTypes(refused.reduce((all, type) => all | type, 0)),
      );
    }
    return result.add('union-narrowed', atom.at, describeTypes(written.types));
  }

  /** A value that fits two alternatives of a `oneOf` fits none; only what is new can do that. */
  private *fitsOnlyOne(
    written: readonly Written[],
    own: readonly Location[],
    atom: Atom & { kind: 'union' },
    how: How,
  ): Step<Result> {
    const result = new Result();
    if (atom.members.length > MAX_AMBIGUITY || written.length > MAX_AMBIGUITY) return result;
    const byType = written.flatMap((one) =>
      Object.values(TYPES).flatMap((type) => (one.types & type ? one.ofTypes(type) : [])),
    );
    for (const member of atom.members) {
      for (const one of byType) {
        if (!(yield* of(this.covers(one, member, STRICT))).ok) continue;
        for (const other of atom.members) {
          if (other === member) continue;
          const both = yield* of(this.covers(one, other, how));
          if (both.ok && !(yield* of(this.isOwn(member, own)))) {
            result.add('union-ambiguous', member, 'values that fit another alternative, too');
            break;
          }
        }
      }
    }
    return result;
  }

  private *isOwn(member: Location, own: readonly Location[]): Step<boolean> {
    for (const schema of own) {
      const there = yield* of(this.covers(Written.of(schema), member, STRICT));
      if (there.ok && (yield* of(this.covers(Written.of(member), schema, STRICT))).ok) return true;
    }
    return false;
  }

  private *fitsNot(writer: Written, atom: Atom & { kind: 'not' }, how: How): Step<Result> {
    const refused = Written.of(atom.at);
    // A writer that avoids more avoids this, too.
    for (const own of writer.atoms)
      if (own.kind === 'not' && (yield* of(this.covers(refused, own.at, STRICT))).ok) return new Result();
    if (disjoint(writer, refused)) return new Result();
    const union = writer.atoms.find((own) => own.kind === 'union');
    if (union) {
      const result = new Result();
      for (const schemas of alternatives(union))
        result.include(yield* of(this.fits(writer.without(union).with(schemas), atom, how)));
      if (result.ok) return result;
    }
    return new Result().add('not-extended', atom.at, 'values that fit it');
  }

  private *fitsCondition(writer: Written, atom: Atom & { kind: 'if' }, how: How): Step<Result> {
    const result = new Result();
    for (const own of writer.atoms) {
      if (own.kind !== 'if' || !(yield* of(this.areEqual(own.at, atom.at)))) continue;
      const rest = writer.without(own);
      if (atom.then)
        result.include(
          yield* of(this.covers(rest.with([atom.at, ...(own.then ? [own.then] : [])]), atom.then, how)),
        );
      if (atom.otherwise)
        result.include(
          yield* of(this.covers(rest.with(own.otherwise ? [own.otherwise] : []), atom.otherwise, how)),
        );
      return result;
    }
    const rest = writer.with([]);
    const applies = (yield* of(this.covers(rest, atom.at, STRICT))).ok;
    const never = disjoint(rest, Written.of(atom.at));
    const then = atom.then && !never ? yield* of(this.covers(rest.with([atom.at]), atom.then, how)) : result;
    const otherwise = atom.otherwise && !applies ? yield* of(this.covers(rest, atom.otherwise, how)) : result;
    if (then.ok && otherwise.ok) return result;
    return result.add('condition-changed', atom.at, 'values as before');
  }

  private *areEqual(one: Location, other: Location): Step<boolean> {
    if (!(yield* of(this.covers(Written.of(one), other, STRICT))).ok) return false;
    return (yield* of(this.covers(Written.of(other), one, STRICT))).ok;
  }
}

const isUnion = ({ kind }: Atom): boolean => kind === 'union' || kind === 'if';

const NONE: ReadonlySet<string> = new Set();

/** What a union or a condition of the writer allows, each as schemas that hold together. */
function alternatives(atom: Atom): readonly (readonly Location[])[] {
  if (atom.kind === 'union') return atom.members.map((member) => [member]);
  if (atom.kind !== 'if') return [];
  return [[atom.at, ...(atom.then ? [atom.then] : [])], atom.otherwise ? [atom.otherwise] : []];
}

/** An `anyOf` may become a `oneOf` where no value fits two of the alternatives. */
function areDisjoint(members: readonly Location[]): boolean {
  if (members.length > MAX_AMBIGUITY) return false;
  const written = members.map((member) => Written.of(member));
  return written.every((one, index) => written.slice(index + 1).every((other) => disjoint(one, other)));
}

/** Types one by one; whole and broken numbers together where one alternative takes both. */
function groups(types: readonly number[], written: Written): number[] {
  if ((written.types & ~NUMERIC) === 0 || (written.types & NUMERIC) !== NUMERIC) return [...types];
  return [...types.filter((type) => (type & NUMERIC) === 0), NUMERIC];
}

const CODES: Readonly<Record<string, BreakCode>> = {
  false: 'nothing-fits',
  type: 'type-narrowed',
  minimum: 'bound-narrowed',
  maximum: 'bound-narrowed',
  exclusiveMinimum: 'bound-narrowed',
  exclusiveMaximum: 'bound-narrowed',
  multipleOf: 'multiple-of-narrowed',
  minLength: 'count-narrowed',
  maxLength: 'count-narrowed',
  pattern: 'pattern-changed',
  required: 'required-added',
};
