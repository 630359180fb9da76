import { checkKeywords } from './constraints';
import { Coverage } from './coverage';
import { type JsonSchema } from './json-schema';
import type { Break, Direction } from './result';
import { isRetired, type RetiredNames } from './retired-names';
import { type Location, SchemaDocument } from './schema-document';
import { type StructuralDifference, structuralDifferences } from './structural-differences';
import { wayOut, why } from './words';

/** `backward`: the newer reads older messages; `forward`: the older reads newer ones; `full`: both. */
export type Mode = 'backward' | 'forward' | 'full';
export const MODES: readonly Mode[] = ['backward', 'forward', 'full'];

/** Something that two schemas do not have in common. */
export interface Difference {
  /** Where: in the newer schema, or in the older one if it is only there. */
  readonly pointer: string;
  /** The place in either schema, where it has one. */
  readonly older?: string;
  readonly newer?: string;
  readonly what: string;
  /** The directions in which it makes messages unreadable, whatever the mode. */
  readonly breaks: readonly Direction[];
  readonly reasons: readonly string[];
  /** Whether it breaks a direction that the mode asks for. */
  readonly isIncompatible: boolean;
  /** What to do about it; undefined for what breaks nothing that was asked for. */
  readonly wayOut?: string;
}

export interface CompareOptions {
  /** Names that the contract used before, by pointer or alone: using one anew is a break. Default: none. */
  readonly retired?: RetiredNames;
  /** How many pairs of places are looked at in each direction. Default: 300,000. */
  readonly maxComparisons?: number;
}

/**
 * Every difference between two versions of a schema, in a fixed order. A new optional property of an open
 * content model breaks nothing, unless its name is retired: so messages are taken to hold no property that
 * no schema described. Throws `SchemaError` for what is no schema or refers to another document.
 */
export function compareSchemas(
  older: JsonSchema,
  newer: JsonSchema,
  mode: Mode,
  { retired = new Set(), maxComparisons }: CompareOptions = {},
): Difference[] {
  const [was, is] = [new SchemaDocument(older, 'older'), new SchemaDocument(newer, 'newer')];
  for (const document of [was, is]) checkKeywords(document);
  const backward = new Coverage((property) => isRetired(retired, property), maxComparisons).compare(
    was.root,
    is.root,
  );
  const forward = new Coverage(() => false, maxComparisons).compare(is.root, was.root);
  const drafts = new Merge(mode);
  for (const difference of structuralDifferences(was, is)) drafts.add(difference);
  for (const one of backward.breaks()) drafts.note('backward', one);
  for (const one of forward.breaks()) drafts.note('forward', one);
  return drafts.differences();
}

/** Whether nothing breaks what the comparison's mode asks for. */
export const isCompatible = (differences: readonly Difference[]): boolean =>
  differences.every(({ isIncompatible }) => !isIncompatible);

interface Draft {
  older?: Location;
  newer?: Location;
  what: string;
  broken: { direction: Direction; is: Break }[];
}

/** Puts together what differs and what it breaks, place by place. */
class Merge {
  private readonly drafts: Draft[] = [];
  private readonly byPlace = new Map<Location, Draft>();
  private readonly byPointer = new Map<string, Draft>();

  constructor(private readonly mode: Mode) {}

  add({ older, newer, what }: StructuralDifference): Draft {
    const draft: Draft = { older, newer, what, broken: [] };
    this.drafts.push(draft);
    for (const place of [older, newer]) if (place) this.byPlace.set(place, draft);
    return draft;
  }

  note(direction: Direction, is: Break): void {
    const draft = this.byPlace.get(is.at) ?? this.unlisted(is.at);
    draft.broken.push({ direction, is });
  }

  /** A break whose place is the same in both schemas; what leads there differs. */
  private unlisted(at: Location): Draft {
    const { pointer } = at;
    const side = at.document.side;
    const known = this.byPointer.get(pointer);
    if (known && !known[side]) {
      known[side] = at;
      this.byPlace.set(at, known);
      return known;
    }
    const made = this.add({ [side]: at, what: '' });
    this.byPointer.set(pointer, made);
    return made;
  }

  differences(): Difference[] {
    const made = this.drafts.map((draft) => this.difference(draft));
    const key = (one: Difference): string => `${one.pointer}\u0000${one.what}`;
    const keyed = made.map((one) => [key(one), one] as const);
    return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, one]) => one);
  }

  private difference({ older, newer, what, broken }: Draft): Difference {
    const breaks = (['backward', 'forward'] as const).filter((direction) =>
      broken.some((one) => one.direction === direction),
    );
    const relevant = broken.filter(({ direction }) => this.mode === 'full' || direction === this.mode);
    const reasons = [...new Set(broken.map(({ direction, is }) => why(direction, is)))].sort();
    return {
      pointer: (newer ?? older)!.pointer,
      ...(older && { older: older.pointer }),
      ...(newer && { newer: newer.pointer }),
      what: what === '' ? 'what fits here' : what,
      breaks,
      reasons,
      isIncompatible: relevant.length > 0,
      ...(relevant.length > 0 && { wayOut: wayOut(relevant[0].is, relevant[0].direction) }),
    };
  }
}
