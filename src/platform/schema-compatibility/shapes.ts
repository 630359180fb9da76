/** Numbers for JSON values: equal values have equal numbers. Each value is looked at once. */
export class Shapes {
  private readonly numbers = new Map<string, number>();
  private readonly known = new WeakMap<object, number>();

  idOf(root: unknown): number {
    if (typeof root !== 'object' || root === null) return this.number(JSON.stringify(root) ?? 'null');
    // Children first: a value waits below the children that have no number yet.
    const waiting: object[] = [root];
    while (waiting.length > 0) {
      const value = waiting[waiting.length - 1];
      if (!this.known.has(value)) {
        const missing = Object.values(value).filter(
          (child): child is object =>
            typeof child === 'object' && child !== null && !this.known.has(child as object),
        );
        if (missing.length > 0) {
          for (const child of missing) waiting.push(child);
          continue;
        }
        this.known.set(value, this.number(this.shallow(value)));
      }
      waiting.pop();
    }
    return this.known.get(root)!;
  }

  private shallow(value: object): string {
    const id = (child: unknown): string =>
      typeof child === 'object' && child !== null
        ? `#${this.known.get(child)}`
        : (JSON.stringify(child) ?? 'null');
    if (Array.isArray(value)) return `[${value.map(id).join(',')}]`;
    return `{${Object.entries(value)
      .map(([key, child]) => `${JSON.stringify(key)}:${id(child)}`)
      .sort()
      .join(',')}}`;
  }

  private number(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.numbers.size);
    return this.numbers.size - 1;
  }
}
