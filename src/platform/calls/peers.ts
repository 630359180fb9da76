/** Missed answers in a row until a module counts as unreachable: one answer may be late. */
const MISSES = 2;

/** Tracks which modules of other processes answer, and reports changes. */
export class Peers {
  private readonly missed = new Map<string, number>();
  private there: ReadonlySet<string> | undefined;

  /** `isAlive` asks once and does not throw; `tell` gets a sentence and whether it is a warning. */
  constructor(
    private readonly modules: readonly string[],
    private readonly isAlive: (module: string) => Promise<boolean>,
    private readonly tell: (sentence: string, isTrouble: boolean) => void,
  ) {}

  /** Checks all modules and reports changes; the first time, everything. */
  async check(): Promise<void> {
    const answers = await Promise.all(this.modules.map((module) => this.isAlive(module)));
    answers.forEach((answered, at) =>
      this.missed.set(this.modules[at], answered ? 0 : (this.missed.get(this.modules[at]) ?? 0) + 1),
    );
    const before = this.there;
    const now = this.modules.filter((module) => {
      const misses = this.missed.get(module)!;
      return misses === 0 || (misses < MISSES && before?.has(module) === true);
    });
    this.there = new Set(now);
    const absent = this.modules.filter((module) => !now.includes(module));
    const [came, went] = before
      ? [now.filter((module) => !before.has(module)), absent.filter((module) => before.has(module))]
      : [now, absent];
    if (came.length > 0) this.tell(`${came.join(', ')}: a process answers.`, false);
    if (went.length > 0) {
      this.tell(
        `${went.join(', ')}: no process answers${before ? ' any more' : ' yet'}. Calls and requests wait for one, up to their deadlines.`,
        true,
      );
    }
  }
}
