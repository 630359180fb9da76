import { LOGS } from '../checks/logs';
import type { Stage } from '../stage/stage';

export interface Disturbance {
  readonly longestPauseMs: number;
  /** The share of messages whose transaction waits at its commit, 0 to 1. */
  readonly paused: number;
  /** The share of messages whose transaction is refused at its commit, 0 to 1. */
  readonly refused: number;
}

/**
 * Makes the database slow to commit some of the transactions that publish, all their locks held and their
 * sequence numbers drawn, and makes it refuse others as it would for a serialisation failure. Deferred to the
 * commit, when the application has done its part.
 */
export async function disturbCommits(
  stage: Stage,
  { longestPauseMs, paused, refused }: Disturbance,
): Promise<void> {
  await stage.askAsSuperuser('create schema if not exists rig');
  for (const counter of COUNTERS) {
    await stage.askAsSuperuser(`create sequence if not exists rig.${counter}_commits minvalue 0`);
    await stage.askAsSuperuser(`select setval('rig.${counter}_commits', 0)`);
  }
  await stage.askAsSuperuser(`
    create or replace function rig.disturb_commit() returns trigger language plpgsql security definer as $function$
    begin
      -- Sequences also count what is rolled back.
      if random() < ${Number(paused)} then
        perform nextval('rig.paused_commits'), pg_sleep(random() * ${Number(longestPauseMs)} / 1000.0);
      end if;
      if random() < ${Number(refused)} then
        perform nextval('rig.refused_commits');
        raise exception 'the rig refuses this commit' using errcode = 'serialization_failure';
      end if;
      return null;
    end $function$`);
  await calmCommits(stage);
  for (const log of LOGS)
    await stage.askAsSuperuser(
      `create constraint trigger rig_disturb_commit after insert on ${log}.outbox_1
       deferrable initially deferred for each row execute function rig.disturb_commit()`,
    );
}

/** Puts an end to it. */
export async function calmCommits(stage: Stage): Promise<void> {
  for (const log of LOGS)
    await stage.askAsSuperuser(`drop trigger if exists rig_disturb_commit on ${log}.outbox_1`);
}

/** How many commits were paused and refused since the disturbance began. */
export async function disturbedCommits(stage: Stage): Promise<{ paused: number; refused: number }> {
  const [counts] = await stage.askAsSuperuser<{ paused: number; refused: number }>(
    'select p.last_value::int as paused, r.last_value::int as refused from rig.paused_commits p, rig.refused_commits r',
  );
  return counts;
}

const COUNTERS = ['paused', 'refused'] as const;
