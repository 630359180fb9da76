import type { Stage } from '../stage/stage';

/**
 * Payments takes up no new command from now on: its database refuses to hold credit, as one whose disk is
 * full would.
 */
export async function leaveCommandsUnanswered(stage: Stage): Promise<void> {
  await stage.askAsSuperuser('create schema if not exists rig');
  await stage.askAsSuperuser(
    `create or replace function rig.have_no_room() returns trigger language plpgsql as $$
     begin raise exception 'the rig leaves no room' using errcode = 'disk_full'; end $$`,
  );
  await stage.askAsSuperuser(
    `create or replace trigger rig_leaves_no_room before insert on payments.credit_holds for each row execute function rig.have_no_room()`,
  );
}

/** Payments goes on where it stopped, and gives its late answers. */
export async function answerCommands(stage: Stage): Promise<void> {
  await stage.askAsSuperuser('drop trigger if exists rig_leaves_no_room on payments.credit_holds');
}

/**
 * Lets the deadline of one waiting order pass now, after a call of `before` with it. Answers its id, or
 * undefined when none waits for its credit.
 */
export async function letDeadlinePass(
  stage: Stage,
  before?: (orderId: string) => Promise<void>,
): Promise<string | undefined> {
  const [waiting] = await stage.askAsAuditor<{ id: string }>(
    `select id from orders.sagas where state = 'awaiting-credit' and deadline_at > clock_timestamp() limit 1`,
  );
  if (!waiting) return undefined;
  await before?.(waiting.id);
  const [passed] = await stage.askAsSuperuser<{ id: string }>(
    `update orders.sagas set deadline_at = clock_timestamp()
     where id = $1 and state = 'awaiting-credit' and deadline_at > clock_timestamp() returning id`,
    [waiting.id],
  );
  return passed?.id;
}

/** Whether the order still waits although its deadline has passed. */
export async function isOverdue(stage: Stage, orderId: string): Promise<boolean> {
  const [{ overdue }] = await stage.askAsAuditor<{ overdue: boolean }>(
    'select exists (select from orders.sagas where id = $1 and deadline_at <= clock_timestamp()) as overdue',
    [orderId],
  );
  return overdue;
}
