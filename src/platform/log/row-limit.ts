const FIRST = 500;
const FEWEST = 4;
/** Twice what fits by the last page, because sizes differ; what is too much does not leave the server. */
const SPARE = 2;

/**
 * How many messages to ask for, so that about as many bytes are read as a page may have: the server looks at
 * all of them before it sends those that fit. It begins low and grows while pages are small; after a page of
 * large messages it is small at once.
 */
export class RowLimit {
  private current: number;
  private fits: number;

  constructor(
    private readonly most: number,
    private readonly bytes: number,
  ) {
    this.fits = most;
    this.current = Math.min(FIRST, most);
  }

  /** For a page of a backlog. */
  get next(): number {
    return this.current;
  }

  /** What probably fits into a page, whether there is a backlog or not. */
  get fitting(): number {
    return this.fits;
  }

  /** Notes what came. */
  saw(messages: number, bytes: number): void {
    if (messages === 0) return;
    this.fits = Math.min(
      this.most,
      Math.max(FEWEST, Math.floor((SPARE * this.bytes * messages) / Math.max(bytes, 1))),
    );
    this.current = Math.min(this.current * 2, this.fits);
  }
}
