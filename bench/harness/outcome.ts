/** One figure of each round, in the order of the rounds. */
export type Values = readonly number[];

/** What a table shows of each row. */
export interface Column {
  /** Where the row keeps it. */
  readonly key: string;
  readonly title: string;
  /** Behind the number, such as `ms` or `/s`. */
  readonly unit?: string;
  /** Digits behind the point; 0 by default. */
  readonly decimals?: number;
  /** `median` shows the median with min and max, `worst` only the largest, for counts that should be 0. */
  readonly show: 'median' | 'worst';
}

/** One contestant under one circumstance. */
export interface Row {
  readonly contestant: string;
  /**
   * What distinguishes rows of one contestant, such as the contract measured or a number of messages; '' if
   * nothing does.
   */
  readonly variant: string;
  readonly figures: Readonly<Record<string, Values>>;
}

/**
 * How a table is drawn: bars with min and max, the same as dots on a logarithmic scale, or a line for each
 * contestant over the variants (or the rounds).
 */
export interface Plot {
  readonly kind: 'bars' | 'spans' | 'lines-over-variants' | 'lines-over-rounds';
  /** The column drawn. */
  readonly column: string;
}

export interface Table {
  /** Names the plot's file: lower case, digits and dashes, once in a run. */
  readonly id: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly plot?: Plot;
}

/** A sentence of the goal with what was measured. */
export interface Verdict {
  readonly goal: string;
  readonly wanted: number;
  readonly measured: number;
  /** Behind both numbers: `x`, `/s`, `ms`, `%`. */
  readonly unit: string;
  readonly reached: boolean;
}

export interface Outcome {
  readonly tables: readonly Table[];
  readonly verdicts: readonly Verdict[];
  /** What a reader must know to read the tables: settings used, and where contracts differ. */
  readonly notes: readonly string[];
}

/** At least `wanted`. */
export const atLeast = (goal: string, wanted: number, measured: number, unit = 'x'): Verdict => ({
  goal,
  wanted,
  measured,
  unit,
  reached: measured >= wanted,
});

/** At most `wanted`. */
export const atMost = (goal: string, wanted: number, measured: number, unit = 'x'): Verdict => ({
  goal,
  wanted,
  measured,
  unit,
  reached: measured <= wanted,
});
