import { median } from './statistics';
import type { Row } from './outcome';
import type { Bench } from './scenario';

/** Whose turn it can be. */
export interface Entry {
  readonly contestant: { readonly name: string };
  readonly variant: string;
}

type Figures = Readonly<Record<string, number>>;

/**
 * Gives every entry its turn in every round, in an order that moves on by one each round: whatever the
 * machine does in the meantime hits them alike.
 */
export async function takeTurns<E extends Entry>(
  bench: Bench,
  entries: readonly E[],
  turn: (entry: E) => Promise<Figures>,
): Promise<Row[]> {
  const taken = new Map<E, Figures[]>(entries.map((entry) => [entry, []]));
  for (let round = 0; round < bench.rounds; round += 1) {
    for (let place = 0; place < entries.length; place += 1) {
      const entry = entries[(round + place) % entries.length];
      bench.progress(`round ${round + 1} of ${bench.rounds}: ${nameOf(entry)}`);
      try {
        taken.get(entry)?.push(await turn(entry));
      } catch (error) {
        throw new Error(`${nameOf(entry)} failed in round ${round + 1}: ${(error as Error).message}`, {
          cause: error,
        });
      }
    }
  }
  return entries.map((entry) => ({
    contestant: entry.contestant.name,
    variant: entry.variant,
    figures: columnsOf(taken.get(entry) ?? []),
  }));
}

const nameOf = ({ contestant, variant }: Entry): string =>
  [contestant.name, variant].filter(Boolean).join(', ');

function columnsOf(turns: readonly Figures[]): Record<string, number[]> {
  const keys = [...new Set(turns.flatMap((figures) => Object.keys(figures)))];
  return Object.fromEntries(keys.map((key) => [key, turns.map((figures) => figures[key])]));
}

/** The median over the rounds of one row's figure divided by another's of the same round. */
export function ratio(rows: readonly Row[], key: string, ours: Partial<Row>, theirs: Partial<Row>): number {
  const [one, other] = [ours, theirs].map((wanted) => valuesOf(rows, key, wanted));
  return median(one.map((value, round) => value / other[round]));
}

/** A row's figure in every round. */
export function valuesOf(
  rows: readonly Row[],
  key: string,
  { contestant, variant }: Partial<Row>,
): readonly number[] {
  const row = rows.find(
    (one) => one.contestant === contestant && (variant === undefined || one.variant === variant),
  );
  if (!row) throw new Error(`There is no row of ${contestant} ${variant ?? ''}.`);
  return row.figures[key];
}
