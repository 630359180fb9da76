/**
 * What has come about so far, as the application answered it: shown while playing, and the source of what
 * only the player can know.
 */
export class Tally {
  submitted = 0;
  refusedForPrice = 0;
  rejected = 0;
  cancelled = 0;
  completed = 0;
  returned = 0;
  unmatchedReturns = 0;
  adjustments = 0;
  delivered = 0;

  /** Orders that came to an end, the refused ones left out. */
  get finished(): number {
    return this.rejected + this.cancelled + this.completed;
  }
}
