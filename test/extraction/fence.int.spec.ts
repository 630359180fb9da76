import { Client } from 'pg';
import { withClient } from '../../src/platform/database/admin-client';
import { raiseFence } from '../../src/platform/extraction/fence/fence';
import { sealLog } from '../../src/platform/extraction/database/seal-log';
import {
  inTransaction,
  type DatabaseTarget,
  withSession,
} from '../../src/platform/placement/database-target';
import { openPlacement } from '../../src/platform/placement/placement';
import { findForeignRights } from '../architecture/database-rights';
import { type Clone, createTestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { publishOne, SEED_KEYS } from './keyed-writers';
import { ask, asOwner, MODULE, rightsIn } from './places';

const ELSEWHERE = '127.0.0.1:5432/elsewhere';
const ID = '00000000-0000-7000-8000-00000000000';

describe('the fence around a module that moves', () => {
  let clone: Clone;
  let place: DatabaseTarget;

  beforeEach(async () => {
    clone = await createTestDatabase();
    place = clone;
    await asOwner(place, SEED_KEYS);
  });
  afterEach(() => clone.drop());

  const raise = (patienceMs = 5_000): Promise<void> =>
    withSession(place, MODULE, (session) => raiseFence(session, ELSEWHERE, patienceMs));
  const lift = (): Promise<void> =>
    withSession(place, MODULE, (session) => inTransaction(session, () => openPlacement(session)));

  /** A process of the module in the middle of a transaction. */
  const inTheMiddle = async (work: (client: Client) => Promise<void>): Promise<void> => {
    const client = new Client({
      connectionString: clone.connections.find(({ module }) => module === MODULE)?.url,
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query('begin');
      await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const publishIn = (client: Client, number: number): Promise<void> =>
    publishOne(
      { query: async (sql: string, values: unknown[]) => [(await client.query(sql, values)).rows] } as never,
      `${ID}${number}`,
      number,
    );
  const isFenced = (): Promise<void> =>
    eventually(async () =>
      expect(await ask(place, `select state from placement`)).toEqual([{ state: 'fenced' }]),
    );

  it('comes down without a trace: everybody has exactly the rights that they had, of columns and with grant options, too', async () => {
    await asOwner(
      place,
      'create sequence numbers',
      `grant update (lines), insert (lines) on shipments to ${clone.roles.auditor}`,
      `grant delete on shipments to ${clone.roles.auditor} with grant option`,
      'grant insert on address_copies to public',
    );
    const before = await rightsIn(place);
    await raise();
    await raise();
    expect(await rightsIn(place)).not.toEqual(before);
    await lift();
    expect(await rightsIn(place)).toEqual(before);
    expect(await findForeignRights(clone)).toEqual([]);
  });

  it('keeps the module from writing anything, and from nothing else', async () => {
    await raise();
    const tables = await ask<{ name: string }>(
      place,
      `select relname::text as name from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')`,
    );
    expect(tables.length).toBeGreaterThan(10);
    await withClient(
      clone.connections.find(({ module }) => module === MODULE)!.url,
      'test',
      async (client) => {
        for (const { name } of tables) {
          for (const right of ['insert', 'update', 'delete', 'truncate']) {
            const { rows } = await client.query<{ has: boolean }>(
              'select has_table_privilege($1, $2) as has',
              [name, right],
            );
            expect(`${right} on ${name}: ${rows[0].has}`).toBe(`${right} on ${name}: false`);
          }
        }
        await client.query('select from shipments');
        await expect(client.query(`select nextval('outbox_seq_seq')`)).rejects.toThrow('permission denied');
        await expect(client.query('select from shipments for update')).rejects.toThrow('permission denied');
        await expect(client.query('select take_tick()')).rejects.toThrow(
          'permission denied for function take_tick',
        );
      },
    );
  });

  it('stops also who was allowed to take a tick a moment before, and waited for a lock in it', async () => {
    const client = new Client({
      connectionString: clone.connections.find(({ module }) => module === MODULE)!.url,
    });
    await client.connect();
    try {
      await publishIn(client, 1);
      await raise();
      // As if the right had been looked at before the fence went up.
      await asOwner(place, `grant execute on function take_tick() to ${clone.roles.of(MODULE)}`);
      await expect(client.query('select take_tick()')).rejects.toMatchObject({
        code: '42501',
        message: 'permission denied: the module does not live in this database',
      });
      await asOwner(place, 'select take_tick()');
    } finally {
      await client.end();
    }
  });

  it('waits for a transaction that has written, and its message is covered by the last tick', async () => {
    let raising: Promise<void> | undefined;
    await inTheMiddle(async (client) => {
      await publishIn(client, 1);
      raising = raise(60_000);
      await isFenced();
      await eventually(async () =>
        expect(
          await ask(
            place,
            `select from pg_locks where mode = 'ShareLock' and not granted and database = (select oid from pg_database where datname = current_database())`,
          ),
        ).toHaveLength(1),
      );
      await client.query('commit');
    });
    await raising;
    const end = await withSession(place, MODULE, sealLog);
    expect(end).toMatchObject({ generation: 1, tick: '1' });
    expect(
      await ask(
        place,
        'select id from outbox o join ticks t on t.tick = 1 where pg_visible_in_snapshot(o.xid, t.snapshot)',
      ),
    ).toHaveLength(1);
  });

  it('disconnects a transaction that has written and does not end; nothing of it stays', async () => {
    await inTheMiddle(async (client) => {
      await publishIn(client, 1);
      await raise(50);
      await expect(client.query('commit')).rejects.toThrow();
    });
    expect(await ask(place, 'select from outbox')).toEqual([]);
  });

  it('refuses a transaction that had begun and has written nothing yet', async () => {
    await inTheMiddle(async (client) => {
      await client.query('select from shipments');
      await raise();
      await expect(publishIn(client, 1)).rejects.toThrow('permission denied');
    });
  });

  it("does not end others' work by force, but names it", async () => {
    await withClient(clone.adminUrl, 'somebody else', async (client) => {
      await client.query(`begin; delete from ${MODULE}.address_copies`);
      await expect(raise(50)).rejects.toThrow(
        /shipping\.address_copies is still being written by postgres \(seamline somebody else, pid \d+\)/,
      );
    });
    await lift();
  });

  it('says so where a right cannot be taken: somebody other than the owner has given it', async () => {
    const auditor = clone.roles.auditor;
    await asOwner(place, `grant insert on shipments to ${auditor} with grant option`);
    await withClient(clone.adminUrl, 'test', (client) =>
      client.query(`set role ${auditor}; grant insert on ${MODULE}.shipments to ${clone.roles.of('orders')}`),
    );
    await expect(raise()).rejects.toThrow(
      `The right INSERT on shipping.shipments was given to ${clone.roles.of('orders')} by ${auditor} and not by ${clone.roles.owner}`,
    );
  });
});
