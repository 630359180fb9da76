import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { withClient } from '../../database/admin-client';
import type { Invariant } from './invariant';

export interface Finding {
  id: string;
  problem: string;
}

export interface Verdict {
  sentence: string;
  /** How many things were looked at. */
  examined: number;
  broken: number;
  /** What is wrong, at most `MAX_FINDINGS` of it. */
  findings: Finding[];
}

export interface CheckOptions {
  /** The login that may read everything and change nothing. */
  auditorUrl: string;
  modules: readonly string[];
  invariants: readonly Invariant[];
  /** A finding counts only if it persists this long: what disappears was work in progress. */
  patienceMs: number;
}

export const MAX_FINDINGS = 1_000;
const PAUSE_MS = 500;

/**
 * Asks the database whether the invariants hold. All are seen in one snapshot, so that they fit one another.
 */
export function checkInvariants({
  auditorUrl,
  modules,
  invariants,
  patienceMs,
}: CheckOptions): Promise<Verdict[]> {
  return withClient(auditorUrl, 'check', async (client) => {
    const givingUpAt = Date.now() + patienceMs;
    let verdicts = await look(client, modules, invariants);
    while (verdicts.some(({ findings }) => findings.length > 0) && Date.now() < givingUpAt) {
      await sleep(PAUSE_MS);
      const next = await look(client, modules, invariants);
      verdicts = next.map((verdict, index) => lasting(verdicts[index], verdict));
    }
    return verdicts;
  });
}

async function look(
  client: Client,
  modules: readonly string[],
  invariants: readonly Invariant[],
): Promise<Verdict[]> {
  await client.query('begin transaction isolation level repeatable read read only');
  try {
    return await judge(client, modules, invariants);
  } finally {
    await client.query('rollback');
  }
}

/** Asks each invariant's question in the running transaction. */
export async function judge(
  client: Client,
  modules: readonly string[],
  invariants: readonly Invariant[],
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { sentence, sql } of invariants) {
    const { rows } = await client.query<Omit<Verdict, 'sentence'>>(
      `with checked as materialized (${sql(modules)}),
            found as (select id, problem from checked where problem is not null order by id limit ${MAX_FINDINGS})
       select (select count(*) from checked)::int as examined,
              (select count(problem) from checked)::int as broken,
              (select coalesce(jsonb_agg(found), '[]') from found) as findings`,
    );
    verdicts.push({ sentence, ...rows[0] });
  }
  return verdicts;
}

/** What was found before and is found again. */
function lasting(before: Verdict, now: Verdict): Verdict {
  const known = new Set(before.findings.map(({ id }) => id));
  const findings = now.findings.filter(({ id }) => known.has(id));
  return { ...now, findings, broken: now.broken > MAX_FINDINGS ? now.broken : findings.length };
}
