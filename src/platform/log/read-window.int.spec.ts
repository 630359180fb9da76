import type { Client } from 'pg';
import type { QueryRunner } from 'typeorm';
import { BoundWindows } from '../../../migrations/platform/0008-bound-windows';
import { IndexNumbersAlone } from '../../../migrations/platform/0013-index-numbers-alone';
import { NoticeRecovery } from '../../../migrations/platform/0015-notice-recovery';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { PooledClient } from '../database/pooled-client';
import type { LogPosition } from '../messages/envelope';
import { startOfWindow } from './log-position';
import { type PageLimit, readWindows, tickAndRead } from './read-window';

interface PlanNode {
  Alias: string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const MODULE = 'shipping';
const BEGINNING = startOfWindow(1, 0n);

describe('The windows of a log', () => {
  let test: TestDatabase;
  const clients: Client[] = [];

  beforeEach(async () => {
    test = await openTestDatabase([MODULE]);
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await test.close();
  });

  const owner = () => test.databases.of(MODULE);
  const tick = (): Promise<unknown> => owner().query('select take_tick()');

  async function connected(url: string): Promise<Client> {
    const client = new PooledClient(url);
    clients.push(client);
    await client.connect();
    await client.query(`set search_path = ${MODULE}`);
    return client;
  }

  /** A writer with a transaction of its own. */
  async function writer(): Promise<{
    write(...subjects: string[]): Promise<void>;
    ask(text: string): Promise<unknown>;
  }> {
    const client = await connected(test.databases.urlOf(MODULE));
    return {
      ask: (text) => client.query(text),
      write: async (...subjects) => {
        await client.query(
          `insert into outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
           select h.generation, gen_random_uuid(), 'event', 'test', s.subject, 'shipping.test', 1, '{}', '{"correlationId":"c"}', 0, 1
           from log_head h, unnest($1::text[]) with ordinality as s (subject, place) order by s.place`,
          [subjects],
        );
      },
    };
  }

  async function read(after: LogPosition = BEGINNING, limit = 1_000): Promise<string[]> {
    return (await readWindows(owner(), MODULE, after, null, limit)).map(({ subject }) => subject);
  }

  /** How many rows of a table the server has looked at in the client's transaction. */
  async function lookedAt(client: Client, table: string): Promise<number> {
    const { rows } = await client.query<{ looked_at: number }>(
      `select (seq_tup_read + idx_tup_fetch)::int as looked_at from pg_stat_xact_user_tables where relid = $1::regclass`,
      [table],
    );
    return rows[0].looked_at;
  }

  /**
   * How the server finds the rows of a page: the plan that the function's statement gets under the function's
   * settings.
   */
  async function scansOfPage(client: Client): Promise<{ alias: string; key: string; condition: string }[]> {
    const { rows } = await client.query<{ body: string; settings: string[] }>(
      `select prosrc as body, proconfig as settings from pg_proc where oid = 'read_windows'::regproc`,
    );
    const [{ body, settings }] = rows;
    for (const setting of settings)
      await client.query(`select set_config($1, $2, false)`, setting.split('='));
    const statement = /return query ([^;]+);/.exec(body)?.[1];
    await client.query(`prepare page (int, bigint, bigint, bigint, bigint) as ${statement}`);
    const explained = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (format json) execute page (1, 0, null, 0, 10)`,
    );
    const scans = nodesOf(explained.rows[0]['QUERY PLAN'][0].Plan).filter((node) =>
      node['Relation Name']?.startsWith('outbox'),
    );
    return Promise.all(
      scans.map(async (scan) => {
        const indexes = await client.query<{ key: string }>(
          `select substring(pg_get_indexdef($1::regclass) from 'btree .*') as key`,
          [scan['Index Name']],
        );
        return {
          alias: scan.Alias.replace(/_\d+$/, ''),
          key: indexes.rows[0].key,
          condition: scan['Index Cond'] ?? '',
        };
      }),
    );
  }

  /** All of the log in pages, each begun where the one before ended. */
  async function readInPages(size: number): Promise<string[]> {
    const subjects: string[] = [];
    for (let after = BEGINNING; ;) {
      const page = await readWindows(owner(), MODULE, after, null, size);
      if (page.length === 0) return subjects;
      subjects.push(...page.map(({ subject }) => subject));
      after = page[page.length - 1].position;
    }
  }

  it('hold what was written while one process waited for the tick of another', async () => {
    const [early, first, second, late] = [await writer(), await writer(), await writer(), await writer()];
    const [ticking, waiting] = [
      await connected(test.databases.urlOf(MODULE)),
      await connected(test.databases.urlOf(MODULE)),
    ];
    await early.write('before');
    await ticking.query('begin');
    await ticking.query('select take_tick()');
    await first.write('during');
    await second.ask('begin');
    await second.write('slow');
    const waited = waiting.query('select take_tick()');
    await eventually(async () => {
      const [{ count }]: { count: number }[] = await owner().query(
        `select count(*)::int from pg_locks where pid = $1 and not granted`,
        [(waiting as unknown as { processID: number }).processID],
      );
      expect(count).toBe(1);
    });
    await late.ask('begin');
    await late.write('late');
    await ticking.query('commit');
    await waited;
    await second.ask('commit');
    await tick();
    await late.ask('commit');
    await tick();
    expect(await read()).toEqual(['before', 'during', 'slow', 'late']);
  });

  it('hold what was drawn before a tick whose snapshot took its transaction for a future one', async () => {
    const [early, fast] = [await writer(), await writer()];
    await fast.write('before');
    await tick();
    // No transaction that began later has ended yet, so that the snapshot's upper end is the early one's id.
    await fast.write('first');
    await early.ask('begin');
    await early.write('early');
    await tick();
    await early.ask('commit');
    await fast.write('last');
    await tick();
    expect(await read()).toEqual(['before', 'first', 'early', 'last']);
    expect(await readInPages(1)).toEqual(['before', 'first', 'early', 'last']);
  });

  it('hold what was drawn long before by a transaction that a snapshot saw running', async () => {
    const [slow, fast] = [await writer(), await writer()];
    await slow.ask('begin');
    await slow.write('slow 1', 'slow 2');
    for (const subject of ['a', 'b', 'c']) {
      await fast.write(subject);
      await tick();
    }
    await slow.write('slow 3');
    await fast.write('d');
    await slow.ask('commit');
    await tick();
    const all = ['a', 'b', 'c', 'slow 1', 'slow 2', 'slow 3', 'd'];
    expect(await read()).toEqual(all);
    for (const size of [1, 2, 3, 5]) expect(await readInPages(size)).toEqual(all);
  });

  it('lose nothing after the sequence was set back', async () => {
    const some = await writer();
    await some.ask('begin');
    await some.write(...Array.from({ length: 100 }, (_, index) => `gone ${index}`));
    await some.ask('rollback');
    await some.write('old');
    await tick();
    const admin = await connected(test.adminUrl);
    await admin.query(`delete from outbox; select begin_generation()`);
    for (const subject of ['new 1', 'new 2', 'new 3']) {
      await some.write(subject);
      await tick();
    }
    expect(await read(startOfWindow(2, 0n))).toEqual(['new 1', 'new 2', 'new 3']);
  });

  it('are read without looking at the rest of the log, though the reading was planned when the log was short', async () => {
    const [slow, fast] = [await writer(), await writer()];
    await fast.write('first');
    await tick();
    const reader = await connected(test.databases.urlOf(MODULE));
    const reading = (): Promise<unknown> =>
      readWindows(
        { query: async (text, values) => (await reader.query(text, values)).rows },
        MODULE,
        BEGINNING,
        null,
        1_000,
      );
    await reader.query('set plan_cache_mode = force_generic_plan; set enable_seqscan = off');
    await reading();

    await slow.ask('begin');
    await slow.write('slow');
    for (let window = 0; window < 10; window += 1) {
      await fast.write(...Array.from({ length: 50 }, (_, index) => `fast ${window}.${index}`));
      await tick();
    }
    await slow.ask('commit');
    await tick();

    await reader.query('begin');
    expect(await reading()).toHaveLength(502);
    // Each is looked at where it is found, and passed over in the window after it.
    expect(await lookedAt(reader, 'outbox_1')).toBeLessThanOrEqual(3 * 502);
  });

  it('are found by number, and the transactions that ran meanwhile by their ids, whatever the statistics say', async () => {
    const some = await writer();
    const admin = await connected(test.adminUrl);
    const grow = async (count: number): Promise<void> => {
      await some.write(...Array.from({ length: count }, (_, index) => `${index}`));
      await tick();
    };
    let written = 0;
    for (const before of [0, 20, 20_000]) {
      if (before > 0) await grow(before);
      await admin.query(`vacuum analyze ${MODULE}.outbox, ${MODULE}.ticks, ${MODULE}.log_head`);
      const reader = await connected(test.databases.urlOf(MODULE));
      const page = (): Promise<unknown[]> =>
        readWindows(
          { query: async (text, values) => (await reader.query(text, values)).rows },
          MODULE,
          BEGINNING,
          1n,
          10,
        );
      await page();
      if (before === 0) await grow(3_000);
      written += before === 0 ? 3_000 : before;
      await reader.query('begin');
      expect({
        written,
        page: (await page()).length,
        lookedAt: Math.max(await lookedAt(reader, 'outbox_1'), 20),
      }).toEqual({
        written,
        page: 10,
        lookedAt: 20,
      });
      expect(await scansOfPage(reader)).toEqual([
        { alias: 'o', key: 'btree (seq)', condition: expect.stringContaining('seq >') as string },
        {
          alias: 'r',
          key: 'btree (generation, xid, seq)',
          condition: expect.stringContaining('xid = ') as string,
        },
      ]);
    }
  });

  it('are closed without looking at the ticks before', async () => {
    const fast = await writer();
    for (let written = 0; written < 100; written += 1) {
      await fast.write('some');
      await tick();
    }
    await fast.write('last');
    const ticking = await connected(test.databases.urlOf(MODULE));
    await ticking.query('set enable_seqscan = off; begin');
    await ticking.query('select take_tick()');
    expect(await lookedAt(ticking, 'ticks')).toBeLessThanOrEqual(2);
  });

  it('are bounded for a log that was written before they had bounds', async () => {
    const [slow, fast] = [await writer(), await writer()];
    const admin = await connected(test.adminUrl);
    const asAdmin = { query: (text: string) => admin.query(text) } as unknown as QueryRunner;

    await new NoticeRecovery().down(asAdmin);
    await new IndexNumbersAlone().down(asAdmin);
    await new BoundWindows().down(asAdmin);
    // Ticks were taken with the rights of the process then.
    const writes = [
      `all on ${MODULE}.ticks, ${MODULE}.log_head`,
      `select on sequence ${MODULE}.outbox_seq_seq`,
    ];
    for (const right of writes) await asAdmin.query(`grant ${right} to ${test.roles.of(MODULE)}`);
    await slow.ask('begin');
    await slow.write('slow');
    for (const subject of ['a', 'b']) {
      await fast.write(subject);
      await tick();
    }
    await slow.ask('commit');
    await tick();
    await new BoundWindows().up(asAdmin);
    await new IndexNumbersAlone().up(asAdmin);
    await new NoticeRecovery().up(asAdmin);
    await fast.write('c');
    await tick();
    await fast.write('d');
    await tick();

    expect(await readInPages(1)).toEqual(['a', 'b', 'slow', 'c', 'd']);
    const bounds = await owner().query('select tick, opens_after, closes_at from ticks order by tick');
    expect(bounds).toEqual([
      { tick: '0', opens_after: '0', closes_at: '0' },
      { tick: '1', opens_after: '2', closes_at: '2' },
      { tick: '2', opens_after: '3', closes_at: '3' },
      { tick: '3', opens_after: '3', closes_at: '3' },
      { tick: '4', opens_after: '3', closes_at: '4' },
      { tick: '5', opens_after: '4', closes_at: '5' },
    ]);
  });

  describe('read with the tick that closes them', () => {
    const ALL: PageLimit = { messages: 100, bytes: 1_000_000 };
    const look = async (
      tick: bigint,
      limit = ALL,
    ): Promise<{ tick: bigint; subjects: string[]; isFull: boolean }> => {
      const read = await tickAndRead(owner(), MODULE, { generation: 1, tick }, limit);
      return {
        tick: BigInt(read.tick.current_tick),
        subjects: read.messages.map(({ subject }) => subject),
        isFull: read.isFull,
      };
    };

    it('are none where nothing has come, and the tick is told all the same', async () => {
      expect(await look(0n)).toEqual({ tick: 0n, subjects: [], isFull: false });
    });

    it('hold what has come since, also what other ticks have closed', async () => {
      const { write } = await writer();
      await write('a', 'b');
      expect(await look(0n)).toEqual({ tick: 1n, subjects: ['a', 'b'], isFull: false });
      expect(await look(1n)).toEqual({ tick: 1n, subjects: [], isFull: false });
      await write('c');
      await tick();
      await write('d');
      expect(await look(1n)).toEqual({ tick: 3n, subjects: ['c', 'd'], isFull: false });
      expect(await look(0n)).toEqual({ tick: 3n, subjects: ['a', 'b', 'c', 'd'], isFull: false });
    });

    it('hold what a transaction has written that was running at the ticks before', async () => {
      const slow = await writer();
      const { write } = await writer();
      await slow.ask('begin');
      await slow.write('slow');
      await write('a');
      expect(await look(0n)).toEqual({ tick: 1n, subjects: ['a'], isFull: false });
      await write('b');
      expect(await look(1n)).toEqual({ tick: 2n, subjects: ['b'], isFull: false });
      await slow.ask('commit');
      await write('c');
      expect(await look(2n)).toEqual({ tick: 3n, subjects: ['slow', 'c'], isFull: false });
    });

    it('end with the message that reaches a limit, and say that there may be more', async () => {
      const { write } = await writer();
      await write('a', 'b', 'c');
      expect(await look(0n, { ...ALL, messages: 2 })).toEqual({
        tick: 1n,
        subjects: ['a', 'b'],
        isFull: true,
      });
      // Each has the two bytes of an empty object.
      expect(await look(0n, { ...ALL, bytes: 3 })).toEqual({ tick: 1n, subjects: ['a', 'b'], isFull: true });
      expect(await look(0n, { ...ALL, bytes: 7 })).toEqual({
        tick: 1n,
        subjects: ['a', 'b', 'c'],
        isFull: false,
      });
    });

    it('say of each message what reading it later says', async () => {
      const { write } = await writer();
      await write('a');
      const { messages } = await tickAndRead(owner(), MODULE, { generation: 1, tick: 0n }, ALL);
      expect(messages).toEqual(await readWindows(owner(), MODULE, BEGINNING, null, 10));
    });
  });
});
