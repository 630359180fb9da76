import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { createTestDatabase, type Clone } from '../../../test/support/database';
import { PROCESS_ID } from '../kernel/process-id';
import { withClient } from './admin-client';
import { isTransient } from '../subscriptions/failure';
import { buildDataSource, openModuleDatabases } from './data-sources';
import { PooledClient } from './pooled-client';
import { probe } from './probe';
import { requireSettings } from './session-settings';

describe('the data sources of the modules', () => {
  let clone: Clone;
  const said: string[] = [];
  const options = { poolSize: 2, leaseMs: 30_000, log: (line: string) => said.push(line) };
  const none = (): [] => [];

  beforeAll(async () => {
    clone = await createTestDatabase();
  });

  afterAll(() => clone.drop());

  it('log in with the role of the module, into its schema, with limits on everything', async () => {
    const databases = await openModuleDatabases(clone.connections, none, options);
    try {
      const [row] = await databases.of('catalog').query<Record<string, string>[]>(`
        select current_user::text as role, current_schema()::text as place, current_setting('application_name') as name, current_setting('statement_timeout') as statement,
               current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle, current_setting('idle_session_timeout') as unused`);
      expect(row).toEqual({
        role: clone.roles.of('catalog'),
        place: 'catalog',
        name: `seamline ${PROCESS_ID} catalog`,
        statement: '15s',
        lock: '7500ms',
        idle: '20s',
        unused: '40s',
      });
    } finally {
      await databases.close();
    }
  });

  describe('with a role that is configured otherwise', () => {
    const configure = (...settings: string[]): Promise<unknown> =>
      withClient(clone.adminUrl, 'test', async (client) => {
        for (const setting of settings)
          await client.query(`alter role ${clone.roles.of('catalog')} in database ${clone.name} ${setting}`);
      });
    const asked = async (...names: string[]): Promise<unknown[]> => {
      const databases = await openModuleDatabases(catalog(), none, options);
      try {
        const [row] = await databases
          .of('catalog')
          .query<Record<string, string>[]>(
            `select ${names.map((name, index) => `current_setting('${name}') as s${index}`).join(', ')}`,
          );
        return names.map((_, index) => row[`s${index}`]);
      } finally {
        await databases.close();
      }
    };
    const catalog = () => clone.connections.filter(({ module }) => module === 'catalog');

    afterEach(() => configure('reset all', 'set search_path = catalog'));

    it('wait for the disk with every commit, and keep what else correctness and speed rest on', async () => {
      await configure(
        'set synchronous_commit = off',
        'set default_transaction_isolation = serializable',
        'set default_transaction_read_only = on',
        `set DateStyle = 'SQL, DMY'`,
        'set jit = on',
        'set enable_seqscan = on',
        'set statement_timeout = 0',
      );
      const names = [
        'synchronous_commit',
        'transaction_isolation',
        'transaction_read_only',
        'DateStyle',
        'jit',
        'enable_seqscan',
        'statement_timeout',
      ];
      expect(await asked(...names)).toEqual(['on', 'read committed', 'off', 'ISO, YMD', 'off', 'off', '15s']);
    });

    it.each(['remote_apply', 'local'])('leave commits that wait otherwise as they are: %s', async (value) => {
      await configure(`set synchronous_commit = ${value}`);
      expect(await asked('synchronous_commit')).toEqual([value]);
    });

    it('wait for the disk also when the configuration of the server is changed later', async () => {
      const databases = await openModuleDatabases(catalog(), none, options);
      try {
        // What a session has set itself outranks what a reload brings.
        expect(
          await databases
            .of('catalog')
            .query(`select setting, source from pg_settings where name = 'synchronous_commit'`),
        ).toEqual([{ setting: 'on', source: 'session' }]);
      } finally {
        await databases.close();
      }
    });

    it('get what they ask for through a pooler that drops startup options', async () => {
      const { url, close } = await proxyTo(catalog()[0].url, withoutOptions);
      try {
        const databases = await openModuleDatabases([{ ...catalog()[0], url }], none, options);
        expect(await databases.of('catalog').query('show statement_timeout')).toEqual([
          { statement_timeout: '15s' },
        ]);
        await databases.close();
      } finally {
        await close();
      }
    });

    it('are refused where they do not keep what they are given, and how the server can give it is said', async () => {
      const wanted = { statement_timeout: '15000', search_path: '"catalog"' };
      const look = async (): Promise<void> => {
        const client = new PooledClient({ connectionString: catalog()[0].url });
        await client.connect();
        await requireSettings(client, wanted).finally(() => client.end());
      };
      const refusal = await look().then(
        () => new Error('not refused'),
        (error: Error) => error,
      );
      expect(isTransient(refusal)).toBe(true);
      expect(refusal.message).toContain('statement_timeout is "0" and not "15000"');
      expect(refusal.message).toContain('PgBouncer: pool_mode');
      const wayOut = refusal.message.slice(refusal.message.indexOf('alter role'));
      await withClient(clone.adminUrl, 'test', (client) => client.query(wayOut));
      await look();
    });
  });

  it('let administrators wait for the disk too', async () => {
    await withClient(clone.adminUrl, 'test', (client) =>
      client.query(`alter database ${clone.name} set synchronous_commit = off`),
    );
    try {
      await withClient(clone.adminUrl, 'test', async (client) => {
        const { rows } = await client.query('show synchronous_commit');
        expect(rows).toEqual([{ synchronous_commit: 'on' }]);
      });
    } finally {
      await withClient(clone.adminUrl, 'test', (client) =>
        client.query(`alter database ${clone.name} reset synchronous_commit`),
      );
    }
  });

  it('say of a connection that does not answer any more that the surroundings failed, to everybody who waits on it', async () => {
    const client = new PooledClient({ connectionString: clone.connections[0].url, query_timeout: 100 });
    await client.connect();
    const waiting = [client.query('select pg_sleep(1)'), client.query('select 1')];
    const errors = await Promise.all(
      waiting.map((query) =>
        query.then(
          () => undefined,
          (error: Error) => error,
        ),
      ),
    );
    expect(errors.map((error) => [error?.message, isTransient(error)])).toEqual([
      ['Query read timeout', true],
      ['the connection was given up', true],
    ]);
  });

  it('outlive the loss of every connection', async () => {
    const databases = await openModuleDatabases(clone.connections, none, options);
    try {
      const source = databases.of('catalog');
      const running = source.query('select pg_sleep(10)').catch((error: Error) => error.message);
      await source.query('select 1');
      await withClient(clone.adminUrl.replace(/[^/]+$/, 'postgres'), 'test', (client) =>
        client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
          clone.name,
        ]),
      );
      expect(await running).toMatch(/terminat/i);
      // A dead connection is found out by its next user at the latest; when each has had one, there are only
      // new ones.
      for (let dead = 0; dead < options.poolSize; dead += 1)
        await source.query('select 1').catch(() => undefined);
      expect(await source.query('select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      await databases.close();
    }
  });

  it('give up a connection that no answer comes through any more, and use another', async () => {
    const { url, close, freeze } = await proxyTo(clone.connections[0].url);
    const source = buildDataSource({ ...clone.connections[0], url }, [], {
      ...options,
      poolSize: 1,
      leaseMs: 4_000,
    });
    try {
      await source.initialize();
      freeze();
      await expect(source.query('select 1')).rejects.toThrow(/timeout/);
      expect(await source.query('select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      await source.destroy();
      await close();
    }
  });

  describe('with every connection in use', () => {
    /** Far longer than the queue, and as long as a new connection may take. */
    const soon = <T>(work: Promise<T>): Promise<T> =>
      Promise.race([
        work,
        delay(8_000, undefined, { ref: false }).then(() => Promise.reject(new Error('not soon'))),
      ]);
    let source: DataSource;
    let held: QueryRunner[];

    beforeEach(async () => {
      source = await buildDataSource(clone.connections[0], [], { ...options, queueMs: 100 }).initialize();
      held = [source.createQueryRunner(), source.createQueryRunner()];
      for (const runner of held) await runner.connect();
    });
    afterEach(async () => {
      for (const runner of held) await runner.release();
      await source.destroy();
    });

    it('let nothing wait for long, and say that the surroundings failed', async () => {
      const waiting = [source.query('select 1'), source.createQueryRunner().connect()];
      const errors = await soon(
        Promise.all(
          waiting.map((work: Promise<unknown>) =>
            work.then(
              () => undefined,
              (error: Error) => error,
            ),
          ),
        ),
      );
      expect(errors.map(isTransient)).toEqual([true, true]);
    });

    it('serve those that come while one is given back', async () => {
      const patient = await buildDataSource(clone.connections[0], [], {
        ...options,
        poolSize: 1,
        queueMs: 60_000,
      }).initialize();
      const only = patient.createQueryRunner();
      await only.connect();
      const waiting = patient.query('select 1 as one');
      await only.release();
      expect(await waiting).toEqual([{ one: 1 }]);
      await patient.destroy();
    });

    it('are probed all the same', async () => {
      await soon(probe(source));
    });

    it('are probed on a connection that is admitted as others are', async () => {
      Object.assign((source.driver as unknown as { master: { options: object } }).master.options, {
        onConnect: () => Promise.reject(new Error('not admitted')),
      });
      await expect(soon(probe(source))).rejects.toThrow('not admitted');
    });

    it('are probed on a connection that sends statements at once, as admitting one does', async () => {
      const { options: ofPool } = (source.driver as unknown as { master: { options: object } }).master;
      let probing: object | undefined;
      Object.assign(ofPool, { onConnect: async (client: object) => void (probing = client) });
      await soon(probe(source));
      expect(probing).toMatchObject({ pipeline: true });
    });
  });

  it('refuse pools that the server cannot fill, and say what to do', async () => {
    const wanted = clone.connections.length * 100;
    await expect(openModuleDatabases(clone.connections, none, { ...options, poolSize: 100 })).rejects.toThrow(
      new RegExp(`want ${wanted} connections, and the server .* Set DATABASE_POOL_SIZE to \\d+ or less`),
    );
  });

  it('say which module cannot connect, and where to, without its password', async () => {
    const url = clone.connections[0].url.replace(/:[^:@/]+@/, ':a-wrong-password@');
    const failure = openModuleDatabases([{ ...clone.connections[0], url }], none, options);
    await expect(failure).rejects.toThrow(
      new RegExp(
        `The module "${clone.connections[0].module}" cannot connect to its database 127.0.0.1:\\d+/${clone.name}`,
      ),
    );
    await expect(failure).rejects.not.toThrow('a-wrong-password');
  });
});

/** A startup packet as a pooler passes it on that takes only the login and the database over. */
function withoutOptions(packet: Buffer): Buffer {
  const words = packet.subarray(8).toString().split('\0');
  const kept: string[] = [];
  for (let index = 0; words[index]; index += 2)
    if (['user', 'database'].includes(words[index])) kept.push(words[index], words[index + 1]);
  const body = Buffer.from([...kept, '', ''].join('\0'));
  const passedOn = Buffer.concat([Buffer.alloc(4), packet.subarray(4, 8), body]);
  passedOn.writeInt32BE(passedOn.length);
  return passedOn;
}

/**
 * A network between client and server that can lose everything on the connections it has, and lets new ones
 * through; what a client sends first may be changed on the way.
 */
async function proxyTo(
  target: string,
  change = (packet: Buffer): Buffer => packet,
): Promise<{ url: string; freeze(): void; close(): Promise<void> }> {
  const sockets: Socket[] = [];
  const { port } = new URL(target);
  const server = createServer((near) => {
    const far = connect(Number(port), '127.0.0.1');
    near.once('data', (packet: Buffer) => {
      far.write(change(packet));
      near.pipe(far).pipe(near);
    });
    for (const socket of [near, far]) {
      socket.on('error', () => undefined);
      sockets.push(socket);
    }
    near.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    freeze: () => sockets.forEach((socket) => socket.unpipe().pause()),
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
