import type { Violation } from '../checks/check';
import type { Stage, StagePlace } from '../stage/stage';

const IDS = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const MOST_IDS = 3;

/**
 * What the databases say, after a trial, of the messages that its violations name: where they stand in their
 * logs, the last windows of those, how far each subscription has come and what it has set aside. A line for
 * each answer; a database that is away says why.
 */
export async function evidenceOf(stage: Stage, violations: readonly Violation[]): Promise<string[]> {
  const ids = [...new Set(violations.flatMap(({ what }) => what.match(IDS) ?? []))].slice(0, MOST_IDS);
  const lines: string[] = [];
  for (const place of stage.places)
    for (const module of place.modules) lines.push(...(await ofModule(place, module, ids)));
  return lines;
}

async function ofModule({ ask }: StagePlace, module: string, ids: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  const look = async (what: string, sql: string, parameters: unknown[] = []): Promise<number> => {
    const answer = await ask<object>(sql, parameters).catch((error: Error) => [{ error: error.message }]);
    if (answer.length > 0) lines.push(`    ${module}, ${what}: ${JSON.stringify(answer)}`);
    return answer.length;
  };
  const messages = await look(
    'messages',
    `select generation, seq, xid::text, kind, type, aggregateid, lane, created_at from ${module}.outbox
     where aggregateid = any ($1) or payload ->> 'orderId' = any ($1) order by generation, seq limit 40`,
    [ids],
  );
  if (messages > 0)
    await look(
      'last ticks',
      `select generation, tick, snapshot::text, opens_after, closes_at, at from ${module}.ticks order by generation desc, tick desc limit 40`,
    );
  await look(
    'positions',
    `select subscription, log, lane_group, first_lane, generation, tick, seq, owner, epoch, leased_until > clock_timestamp() as leased, moved_at, stalled_by
     from ${module}.subscription_positions order by subscription, log, lane_group`,
  );
  await look(
    'set aside',
    `select subscription, log, key, state, generation, tick, seq, retry_at, error from ${module}.deferred_messages order by generation, tick, seq limit 40`,
  );
  return lines;
}
