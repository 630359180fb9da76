/** A part of a campaign. */
export interface Turn {
  /** It waits for time limits to pass most of the time, and leaves the machine to other turns. */
  readonly waits: boolean;
  play(): Promise<void>;
}

/** A trial waits more than it computes, and what goes on beside it makes its moments less regular. */
const AT_A_TIME = 2;

/**
 * Plays everything in order, two at a time, and beside those one more that waits. The first failure stops
 * what has not begun.
 */
export async function playInTurns(turns: readonly Turn[]): Promise<void> {
  const left = [...turns];
  const player = async (takes: (turn: Turn) => boolean): Promise<void> => {
    for (let at = left.findIndex(takes); at >= 0; at = left.findIndex(takes)) {
      const [turn] = left.splice(at, 1);
      await turn.play().catch((error: unknown) => {
        left.length = 0;
        throw error;
      });
    }
  };
  await Promise.all([
    ...Array.from({ length: AT_A_TIME }, () => player(() => true)),
    player(({ waits }) => waits),
  ]);
}
