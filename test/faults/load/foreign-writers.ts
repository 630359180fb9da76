import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { laneOf } from '../../../src/platform/unit-of-work/outbox';
import type { Scene } from '../fault';

export interface ForeignWriting {
  /** About as many messages are committed. */
  readonly messages: number;
  readonly writers: number;
  /** How long a transaction may wait between drawing its sequence numbers and its end. */
  readonly longestPauseMs: number;
  /** The share of transactions that are rolled back, 0 to 1. */
  readonly rolledBack?: number;
  /**
   * Names items, as an item id may, that no other call of this trial writes about: their messages wait behind
   * none of its.
   */
  readonly apart?: string;
  /** About so many items and customers; 150 by default. */
  readonly keys?: number;
  /** Chooses the id of a message. */
  readonly nextId?: () => string;
}

const KEYS = 150;
const MOST_IN_TRANSACTION = 9;
const PAUSING = 0.2;
const ROLLED_BACK = 0.15;

/** The row that the writers of a key queue up for, as those of an aggregate do for its row. */
const KEYS_TABLE = `
  create schema if not exists rig;
  create table if not exists rig.keys (key text primary key, version bigint not null);
  grant usage on schema rig to public;
  grant select, insert, update on rig.keys to public`;

const NEXT_VERSIONS = `
  insert into rig.keys select key, 1 from unnest($1::text[]) as key
  on conflict (key) do update set version = keys.version + 1 returning key, version`;

const APPEND = `
  insert into outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
  select h.generation, m.id, 'event', $1, m.key, $2, 1, m.payload, m.headers, m.lane, m.version
  from log_head h, jsonb_to_recordset($3::jsonb) as m (id uuid, key text, payload jsonb, headers jsonb, lane smallint, version bigint)`;

/**
 * A log that the rig writes to, with what it says there: something that a subscription turns into a row that
 * shows it.
 */
interface Topic {
  readonly log: string;
  readonly aggregate: string;
  readonly type: string;
  readonly keys: readonly string[];
  payload(key: string, mark: number): object;
}

/**
 * Publishes to the logs of two modules beside the application, with their logins and as their units of work
 * do it, but in the ways that trip naive readers: transaction ids drawn long before the first message,
 * commits that come late, commits that never come. Everything goes into the record: what was committed must
 * arrive, and nothing else.
 */
export async function writeFromManySides(
  { stage, random, record, trial }: Scene,
  writing: ForeignWriting,
): Promise<void> {
  const topics = topicsOf(writing.apart ? `${trial}-${writing.apart}` : `${trial}`, writing.keys);
  for (const { log } of topics) await stage.askIn(log, KEYS_TABLE);
  let left = writing.messages;
  const write = async (topic: Topic): Promise<void> => {
    const client = new Client({
      connectionString: await stage.moduleUrl(topic.log),
      application_name: 'rig writer',
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query(`set search_path = ${client.escapeIdentifier(topic.log)}`);
      while (left > 0) {
        const committed = await transaction(client, topic);
        left -= committed;
      }
    } finally {
      await client.end();
    }
  };

  /** Answers how many messages it committed. */
  const transaction = async (client: Client, topic: Topic): Promise<number> => {
    // In sorted order, or writers deadlock.
    const keys = [
      ...new Set(
        Array.from({ length: 1 + Math.floor(random() * MOST_IN_TRANSACTION) }, () => pick(topic.keys)),
      ),
    ].sort();
    const pause = async (): Promise<void> => {
      if (random() < PAUSING) await sleep(random() * writing.longestPauseMs);
    };
    await client.query('begin');
    if (random() < 0.4) await client.query('select pg_current_xact_id()');
    await pause();
    const { rows } = await client.query<{ key: string; version: string }>(NEXT_VERSIONS, [keys]);
    const messages = rows.map(({ key, version }) => ({
      id: writing.nextId?.() ?? uuidv7(),
      key,
      version,
      lane: laneOf(key),
      payload: topic.payload(key, nextMark()),
      headers: { correlationId: uuidv7() },
    }));
    await client.query(APPEND, [topic.aggregate, topic.type, JSON.stringify(messages)]);
    await pause();
    const committed =
      random() >= (writing.rolledBack ?? ROLLED_BACK) &&
      (await client.query('commit').then(ended, () => false));
    if (!committed) await client.query('rollback');
    for (const { id } of messages) record.published.set(id, { log: topic.log, committed });
    return committed ? messages.length : 0;
  };

  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)];
  // No two messages say the same, not even those of another call in this trial, so that each effect can be
  // told from every other.
  let marks = (trial + 1) * 10_000_000 + record.published.size;
  const nextMark = (): number => (marks += 1);
  await Promise.all(
    Array.from({ length: writing.writers }, (_, index) => write(topics[index % topics.length])),
  );
}

/** A transaction that failed before answers its COMMIT with ROLLBACK. */
const ended = ({ command }: { command: string }): boolean => command === 'COMMIT';

function topicsOf(prefix: string, count = KEYS): Topic[] {
  const prices: Topic = {
    log: 'pricing',
    aggregate: 'price',
    type: 'pricing.price-changed',
    keys: Array.from({ length: count }, (_, index) => `RIG-${prefix}-${index}`),
    payload: (itemId, amount) => ({ itemId, unitPrice: { amount, currency: 'GBP' } }),
  };
  const addresses: Topic = {
    log: 'customers',
    aggregate: 'customer',
    type: 'customers.customer-address-changed',
    keys: Array.from({ length: count }, () => uuidv7()),
    payload: (customerId, mark) => ({
      customerId,
      address: { line1: `rig ${mark}`, city: 'Paris', country: 'France' },
    }),
  };
  return [prices, addresses];
}
