import type { CatalogueRow } from './catalogue';
import { type SetStage, setStage } from './set-stage';

/** Trials on one stage before a fresh one: what was ever promised on it is looked at after each. */
export const TRIALS_PER_STAGE = 50;

type Playable = Pick<CatalogueRow, 'fault' | 'setUp'>;

/**
 * Which rows may play on one stage: those whose processes are started alike. Undefined for a fault that
 * leaves a stage other than it was.
 */
export function stageOf({
  fault: { host = {}, trialsPerStage, ownStage = false },
  setUp,
}: Playable): string | undefined {
  return ownStage || trialsPerStage !== undefined ? undefined : JSON.stringify([setUp, host]);
}

/**
 * Rows in such an order that those which may play on one stage follow one another; the first of them stays
 * where it is.
 */
export function besideEachOther<Row extends Playable>(rows: readonly Row[]): Row[] {
  const groups = new Map<string, Row[]>();
  for (const [index, row] of rows.entries()) {
    const key = stageOf(row) ?? `${index}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flat();
}

/**
 * Stages go from one row to the next that may play on them: setting one takes longer than several trials. One
 * on which something was violated is not handed on, and none is kept that no row wants any more.
 */
export class SharedStages {
  private readonly free = new Map<string, SetStage[]>();
  private readonly toCome = new Map<string, number>();

  constructor(
    rows: readonly Playable[],
    private readonly set: (row: Playable) => Promise<SetStage> = ({ fault, setUp }) => setStage(fault, setUp),
  ) {
    for (const key of rows.map(stageOf))
      if (key !== undefined) this.toCome.set(key, (this.toCome.get(key) ?? 0) + 1);
  }

  /** Says that a row begins. A row takes its stages after that. */
  begin(row: Playable): void {
    const key = stageOf(row);
    if (key !== undefined) this.toCome.set(key, (this.toCome.get(key) ?? 0) - 1);
  }

  /** One that a row before has left, or a fresh one. */
  async take(row: Playable): Promise<SetStage> {
    return this.free.get(stageOf(row) ?? '')?.pop() ?? this.set(row);
  }

  /** At the end of a row, with the stage that it has played on and that is as it should be, if any. */
  async end(row: Playable, set?: SetStage): Promise<void> {
    const key = stageOf(row);
    const isWanted = key !== undefined && (this.toCome.get(key) ?? 0) > 0;
    if (set && isWanted && set.trials < TRIALS_PER_STAGE) {
      this.free.set(key, [...(this.free.get(key) ?? []), set]);
      return;
    }
    await set?.stage.clear();
    if (key !== undefined && !isWanted) await this.clear(key);
  }

  /** Clears what nothing plays on; all of it, where no key is named. */
  async clear(key?: string): Promise<void> {
    const keys = key === undefined ? [...this.free.keys()] : [key];
    for (const each of keys) {
      const stages = this.free.get(each) ?? [];
      this.free.delete(each);
      for (const { stage } of stages) await stage.clear();
    }
  }
}
