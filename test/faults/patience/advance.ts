/**
 * Tells movement that gets somewhere from movement that does not: a figure advances when it is higher than it
 * ever was. Positions that go back and forth, leases that change hands and attempts that are repeated advance
 * nothing.
 */
export class Advance {
  private readonly highest = new Map<string, bigint>();

  /** Whether any of the figures is higher than ever before. The first look only tells where things stand. */
  note(figures: Iterable<readonly [name: string, value: bigint]>): boolean {
    const first = this.highest.size === 0;
    let advanced = false;
    for (const [name, value] of figures) {
      const before = this.highest.get(name);
      if (before !== undefined && value <= before) continue;
      this.highest.set(name, value);
      advanced = true;
    }
    return advanced && !first;
  }
}
