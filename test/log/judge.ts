/** One message as a reader saw it. */
export interface Seen {
  key: string;
  keyVersion: number;
  id: string;
}

export interface Verdict {
  lost: number;
  doubled: number;
  /** A message of a key that came after a later one. */
  outOfOrder: number;
}

/** Compares what a reader saw with what was committed. */
export function judge(seen: readonly Seen[], committed: ReadonlySet<string>): Verdict {
  const ids = new Set<string>();
  const last = new Map<string, number>();
  let doubled = 0;
  let outOfOrder = 0;
  for (const { key, keyVersion, id } of seen) {
    if (ids.has(id)) doubled += 1;
    ids.add(id);
    if (keyVersion < (last.get(key) ?? 0)) outOfOrder += 1;
    last.set(key, Math.max(keyVersion, last.get(key) ?? 0));
  }
  const rolledBack = [...ids].filter((id) => !committed.has(id)).length;
  return {
    lost: [...committed].filter((id) => !ids.has(id)).length,
    doubled: doubled + rolledBack,
    outOfOrder,
  };
}

export const flawless: Verdict = { lost: 0, doubled: 0, outOfOrder: 0 };
