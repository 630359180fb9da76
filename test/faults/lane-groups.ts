import type { HostProcess } from './host-process';

/** How many lane groups each process holds, by its id; under `null` those that nobody holds. As the operator's API of a process tells it. */
export async function laneGroupsByOwner({ opsUrl }: HostProcess): Promise<Map<string | null, number>> {
  const answer = await fetch(`${opsUrl}/ops/api/subscriptions`);
  const { items } = (await answer.json()) as { items: { owner: string | null }[] };
  const counts = new Map<string | null, number>();
  for (const { owner } of items) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return counts;
}
