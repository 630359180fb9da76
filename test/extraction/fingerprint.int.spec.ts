import { v7 as uuidv7 } from 'uuid';
import { fingerprintOf, knownPartsOf } from '../../src/platform/extraction/reconcile/fingerprint';
import { keyVersionsOf, knownKeysOf } from '../../src/platform/extraction/reconcile/key-versions';
import { sealLog } from '../../src/platform/extraction/database/seal-log';
import {
  type DatabaseTarget,
  rowsOf,
  type Session,
  withSession,
} from '../../src/platform/placement/database-target';
import { type Table, tablesOf } from '../../src/platform/extraction/database/tables';
import { type Clone, createTestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { publish, publishOne, SEED_KEYS } from './keyed-writers';
import { asOwner, asProcess, MODULE } from './places';

/** Some megabytes, in several parts. */
const FILL = `insert into idempotency_keys
  select 'POST /x', 'somebody', 'key ' || n, 'f', jsonb_build_object('text', repeat('x', 1000)), now() from generate_series(1, 4000) n`;
const inPart = (part: number): string =>
  `ctid = (select ctid from idempotency_keys where ctid >= '(${part * 16},0)' order by ctid limit 1)`;

describe('the fingerprint of a table', () => {
  let clone: Clone;
  let place: DatabaseTarget;

  beforeAll(async () => {
    clone = await createTestDatabase();
    place = clone;
    await asOwner(place, SEED_KEYS, FILL);
  });
  afterAll(() => clone?.drop());

  const looking = <T>(name: string, work: (session: Session, table: Table) => Promise<T>): Promise<T> =>
    withSession(place, MODULE, async (session) =>
      work(
        session,
        (await tablesOf(session)).find((table) => table.name === name)!,
      ),
    );

  it.each([
    ['nothing', 'select'],
    ['rows that come', `insert into idempotency_keys values ('a', 'b', 'c', 'd', '{}', now())`],
    ['rows that go', `delete from idempotency_keys where ${inPart(1)}`],
    // There is room for it on its page.
    [
      'a row that changes where it is',
      `update idempotency_keys set fingerprint = 'g' where ctid = (select max(ctid) from idempotency_keys)`,
    ],
    ['rows that change', `update idempotency_keys set fingerprint = 'g' where ${inPart(2)}`],
    [
      'a row that goes and one that comes in its place',
      `delete from idempotency_keys where ${inPart(1)}; insert into idempotency_keys values ('a', 'b', 'e', 'd', '{}', now())`,
    ],
    ['rows that mean something else', `alter table idempotency_keys alter created_at type timestamp`],
    ['rows that move', `alter table idempotency_keys alter fingerprint type varchar(2)`],
    ['another column', `alter table idempotency_keys add more int not null default 7`],
    ['no rows any more', 'truncate idempotency_keys'],
  ])('is the same with and without an earlier look, after %s', async (_what, statement) => {
    const known = await looking('idempotency_keys', knownPartsOf);
    await asOwner(place, statement);
    await looking('idempotency_keys', async (session, table) =>
      expect(await fingerprintOf(session, table, 'true', known)).toEqual(await fingerprintOf(session, table)),
    );
  });

  it('is not taken again where nobody has written, in each part and each partition', async () => {
    await asOwner(place, FILL);
    // Rows are old to a look when all that ran with their transaction has ended, in whatever database of the
    // server.
    await eventually(() =>
      looking('idempotency_keys', async (session) => {
        const [{ old }] = await rowsOf<{ old: boolean }>(
          session,
          'select bool_and(age(xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid)) as old from idempotency_keys',
        );
        expect(old).toBe(true);
      }),
    );
    const [keys, log] = [
      await looking('idempotency_keys', knownPartsOf),
      await looking('outbox', knownPartsOf),
    ];
    const parts = [...keys.relations.values()].flatMap(({ parts }) => [...parts.values()]);
    expect(parts.length).toBeGreaterThan(3);
    await asOwner(place, `delete from idempotency_keys where ${inPart(0)}`);
    await asProcess(place, (databases) => publish(databases.of(MODULE), 30));
    await asOwner(place, 'select begin_generation()');
    // What is not looked at again is believed.
    for (const part of parts) part.left = '0';
    await looking('idempotency_keys', async (session, table) => {
      const believed = await fingerprintOf(session, table, 'true', keys);
      expect(believed.rows).toBe('3999');
      expect(believed).not.toEqual(await fingerprintOf(session, table));
    });
    await looking('outbox', async (session, table) => {
      expect(await fingerprintOf(session, table, 'true', log)).toEqual(await fingerprintOf(session, table));
      expect(await fingerprintOf(session, table, 'generation <= 1', log)).toEqual(
        await fingerprintOf(session, table, 'generation <= 1'),
      );
    });
  });

  it('of the keys is the same with and without an earlier look, also of broken ones', async () => {
    await asProcess(place, async (databases) => {
      await publish(databases.of(MODULE), 40);
      await withSession(place, MODULE, sealLog);
      await publish(databases.of(MODULE), 5);
      const known = await withSession(place, MODULE, knownKeysOf);
      await publish(databases.of(MODULE), 15);
      for (let n = 0; n < 3; n += 1)
        await databases.of(MODULE).transaction((manager) => publishOne(manager, uuidv7(), 1));
      await asOwner(place, 'delete from outbox where seq = (select max(seq) - 1 from outbox)');
      await withSession(place, MODULE, async (session) => {
        const versions = await keyVersionsOf(session);
        expect(versions.broken).toBeGreaterThan(0);
        expect(await keyVersionsOf(session, known)).toEqual(versions);
      });
    });
  });
});
