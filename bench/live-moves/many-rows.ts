import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { withClient } from '../../src/platform/database/admin-client';

const LOOK_MS = 100;
const CARRIED_WITHIN_MS = 120_000;

/**
 * Gives shipping so many rows, by SQL: addresses by half, shipments of long ago, and a message in the log for
 * each of these, which has no subscriber. Everything adds up as before. Resolves when the broker has the
 * messages, too.
 */
export async function addRows(
  adminUrl: string,
  rows: number,
  progress: (line: string) => void,
): Promise<void> {
  await withClient(adminUrl, 'benchmark filling', async (client) => {
    await client.query('set search_path = shipping');
    progress(`filling shipping with ${rows} rows`);
    await client.query(ADDRESSES, [Math.ceil(rows / 2)]);
    await client.query(SHIPMENTS_AND_MESSAGES, [Math.floor(rows / 4)]);
    await client.query('select take_tick()');
    await client.query('vacuum analyze');
    progress('waiting until the broker has the messages of shipping');
    await untilCarried(client);
  });
}

const ADDRESS = `jsonb_build_object('recipient', 'Customer ' || n, 'line1', n || ' High Street', 'city', 'London', 'postalCode', 'N1 1AA', 'country', 'United Kingdom')`;

const ADDRESSES = `insert into address_copies select uuidv7(), ${ADDRESS} from generate_series(1, $1::int) n`;

/** Cancelled ones, so that no invariant asks for their orders. */
const SHIPMENTS_AND_MESSAGES = `
  with made as (
    insert into shipments (shipment_id, order_id, customer_id, state, lines, address, created_at, version)
      select uuidv7(), uuidv7(), uuidv7(), 'cancelled',
             (select jsonb_agg(jsonb_build_object('itemId', (20000 + n % 2000 + line)::text, 'quantity', line)) from generate_series(1, 5) line),
             ${ADDRESS}, now() - interval '1 year', 1
      from generate_series(1, $1::int) n
      returning shipment_id, order_id, lines
  )
  insert into outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
    select (select generation from log_head), uuidv7(), 'event', 'shipment', shipment_id::text, 'shipping.filled-by-the-benchmark', 1,
           jsonb_build_object('shipmentId', shipment_id, 'orderId', order_id, 'lines', lines), jsonb_build_object('correlationId', uuidv7()),
           get_byte(decode(md5(shipment_id::text), 'hex'), 0), 1
    from made`;

async function untilCarried(client: Client): Promise<void> {
  for (const givingUpAt = Date.now() + CARRIED_WITHIN_MS; Date.now() < givingUpAt; await sleep(LOOK_MS)) {
    const { rows } = await client.query<{ carried: boolean }>(
      'select (r.generation, r.tick) >= (h.generation, h.tick) as carried from log_relay r cross join log_head h',
    );
    if (rows[0].carried) return;
  }
  throw new Error(`The broker did not have the messages of shipping after ${CARRIED_WITHIN_MS / 1_000} s.`);
}
