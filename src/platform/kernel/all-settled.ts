/**
 * Waits until every one of them has ended, and only then throws the first failure: what was begun side by
 * side can be taken back without one of them starting something afterwards.
 */
export async function allSettled<T>(begun: Iterable<Promise<T>>): Promise<T[]> {
  const outcomes = await Promise.allSettled(begun);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
