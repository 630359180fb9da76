import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { LogReader } from '../../src/platform/log/log-reader';
import { comparePositions } from '../../src/platform/log/log-position';
import type { LogPosition } from '../../src/platform/messages/envelope';
import type { Seen } from '../log/judge';
import { publishSideBySide, RolledBackOnPurpose } from '../log/side-by-side';
import { MODULE } from './places';

const KEYS = 20;
const WRITERS = 6;
const keyOf = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** Rows of the module's own that writers of a key queue up for; each carries its key's version. */
export const SEED_KEYS = `insert into address_copies select ('00000000-0000-7000-8000-' || lpad(k::text, 12, '0'))::uuid, '{"country": "X", "version": 0}'
  from generate_series(1, ${KEYS}) k`;

/**
 * Publishes about `count` messages from several transactions at a time; some roll back, so that numbers are
 * missing. Answers the ids of what was committed.
 */
export function publish(database: DataSource, count: number): Promise<string[]> {
  return publishSideBySide(database, { count, writers: WRITERS }, async (manager, id) => {
    await publishOne(manager, id, 1 + Math.floor(Math.random() * KEYS));
    if (Math.random() < 0.1) await sleep(Math.random() * 10);
    if (Math.random() < 0.05) throw new RolledBackOnPurpose();
  });
}

/**
 * Publishes until each writer has been refused for want of a right. Answers the ids of what was committed.
 */
export async function publishUntilRefused(database: DataSource): Promise<string[]> {
  const committed: string[] = [];
  const write = async (): Promise<void> => {
    for (;;) {
      const id = uuidv7();
      await database.transaction(async (manager) => {
        await publishOne(manager, id, 1 + Math.floor(Math.random() * KEYS));
        // A move that did not wait for these would lose them.
        if (Math.random() < 0.1) await sleep(Math.random() * 1_000);
      });
      committed.push(id);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: WRITERS }, write));
  for (const end of ends) {
    if (end.status === 'rejected' && (end.reason as { code?: string }).code !== PERMISSION_DENIED)
      throw end.reason;
  }
  return committed;
}

export const PERMISSION_DENIED = '42501';

/** As the end of a unit of work does it: the key's row first, then the log. */
export async function publishOne(
  manager: Pick<EntityManager, 'query'>,
  id: string,
  key: number,
): Promise<void> {
  const [[{ version }]]: [{ version: number }[]] = await manager.query(
    `update address_copies set address = jsonb_set(address, '{version}', to_jsonb((address ->> 'version')::int + 1))
     where customer_id = $1 returning (address ->> 'version')::int as version`,
    [keyOf(key)],
  );
  await manager.query(
    `insert into outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
     select generation, $1, 'event', 'test', $2, 'shipping.test', 1, '{}', '{"correlationId":"test"}', $4::int, $3 from log_head`,
    [id, keyOf(key), version, key],
  );
}

/** A subscription, as far as reading goes: it remembers where it stands, and what it was handed. */
export class Subscriber {
  readonly seen: Seen[] = [];
  position: LogPosition | undefined;

  /** Reads what there is, or the first `most` messages of it. */
  async readOn(database: DataSource, most = Number.POSITIVE_INFINITY): Promise<void> {
    const reader = new LogReader(MODULE, database, { pollMs: [5, 20], cacheSize: 50 });
    await reader.start();
    try {
      let position = this.position ?? (await reader.beginning());
      for (let room = most; room > 0;) {
        const page = await reader.read(position, Math.min(room, 37));
        for (const { subject, keyVersion, id } of page.messages)
          this.seen.push({ key: subject, keyVersion, id });
        room -= page.messages.length;
        if (comparePositions(page.end, position) <= 0) break;
        position = page.end;
      }
      this.position = position;
    } finally {
      await reader.stop();
    }
  }

  /** Keys whose versions are not 1, 2, 3, ... as they were handed over. */
  get brokenKeys(): string[] {
    const reached = new Map<string, number>();
    const broken = new Set<string>();
    for (const { key, keyVersion } of this.seen) {
      if (keyVersion !== (reached.get(key) ?? 0) + 1) broken.add(key);
      reached.set(key, keyVersion);
    }
    return [...broken];
  }
}
