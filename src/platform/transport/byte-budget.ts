/**
 * How many bytes may be under way at a time: halved after a loss, down to what one message may need, and
 * doubled again with each success. A connection that is too slow for what it was asked for then carries less
 * at a time, instead of breaking again.
 */
export class ByteBudget {
  private current: number;

  constructor(
    private readonly most: number,
    private readonly least: number,
  ) {
    this.current = Math.max(most, least);
  }

  get bytes(): number {
    return this.current;
  }

  lost(): void {
    this.current = Math.max(this.least, Math.floor(this.current / 2));
  }

  succeeded(): void {
    this.current = Math.min(Math.max(this.most, this.least), this.current * 2);
  }
}
