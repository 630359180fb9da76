import { randomBytes } from 'node:crypto';
import { connect } from '@nats-io/transport-node';
import request from 'supertest';
import { AppModule } from '../../src/app.module';
import { withClient } from '../../src/platform/database/admin-client';
import { withDatabase } from '../../src/platform/database/roles';
import { type RunningApplication, startApplication } from '../../src/platform/start/start-application';
import { LogStream } from '../../src/platform/transport/log-stream';
import { eventually } from '../support/eventually';
import { describeWithNats, NatsServer } from '../support/nats-server';
import { PATIENT } from '../support/patient';

const SERVER = withDatabase(process.env.SEAMLINE_TEST_ADMIN_URL ?? '', 'postgres');

describeWithNats('a process whose database would be a second place for its module', () => {
  const name = `place_${randomBytes(6).toString('hex')}`;
  const databases = { right: `${name}_right`, mistyped: `${name}_wrong` };
  const running = new Set<RunningApplication>();
  const said: string[] = [];
  let nats: NatsServer;

  const start = async (database: string): Promise<RunningApplication> => {
    const adminUrl = withDatabase(SERVER, database);
    const environment = {
      MODULES: 'customers',
      PORT: '0',
      OPS_PORT: '0',
      LOG_LEVEL: 'fatal',
      NATS_URL: nats.url,
      ...PATIENT,
      DATABASE_URL: adminUrl,
      DATABASE_ADMIN_URL: adminUrl,
      DATABASE_ROLE_SECRET: 'a secret for this test',
    };
    const application = await startApplication(AppModule, environment, (line) => said.push(line));
    running.add(application);
    return application;
  };
  const stop = async (application: RunningApplication): Promise<void> => {
    running.delete(application);
    await application.stop();
  };
  const api = async ({ app }: RunningApplication) => request(await app.getUrl());
  const customersIn = async (database: string): Promise<number> =>
    withClient(withDatabase(SERVER, database), 'test', async (client) => {
      const { rows } = await client.query<{ count: number }>(
        'select count(*)::int as count from customers.outbox',
      );
      return rows[0].count;
    });

  beforeAll(async () => void (nats = await NatsServer.start()));

  afterAll(async () => {
    for (const application of running) await application.stop();
    await nats?.stop();
    await withClient(SERVER, 'test', async (client) => {
      for (const database of Object.values(databases)) {
        await client.query(`drop database if exists ${database} with (force)`);
        const roles = 'select rolname from pg_roles where starts_with(rolname, $1)';
        const { rows } = await client.query<{ rolname: string }>(roles, [`${database}_`]);
        for (const { rolname } of rows) await client.query(`drop role ${rolname}`);
      }
    });
  });

  it('hosts it in neither of the two ways to find out: another process says where it lives, or the stream of the broker is of another log', async () => {
    const owner = await start(databases.right);
    expect((await (await api(owner)).get('/health/ready').expect(200)).body).toMatchObject({
      databases: { customers: 'up' },
    });

    // Nothing was published yet: only the other process can say it.
    let second = await start(databases.mistyped);
    const wrong = new RegExp(
      `^which lives in .*/${databases.right}, .*; .*/${databases.mistyped} would be a second place for it and is empty`,
    );
    expect((await (await api(second)).get('/health/ready').expect(200)).body).toMatchObject({
      standsBy: { customers: expect.stringMatching(wrong) },
    });
    expect(said).toContainEqual(
      expect.stringMatching(/^It stands by for customers, which lives in .* npm run extract moves it/),
    );
    expect(said).toContainEqual(
      expect.stringMatching(
        new RegExp(`^The database ${databases.mistyped} is new and empty, .*${databases.right}`),
      ),
    );

    // What is sent to it goes where the module lives.
    const body = { name: 'Ada', address: { country: 'France' } };
    const { headers } = await (await api(second)).post('/customers').send(body).expect(201);
    for (const application of [owner, second])
      await (await api(application)).get(headers.location).expect(200);
    expect(await Promise.all([customersIn(databases.right), customersIn(databases.mistyped)])).toEqual([
      1, 0,
    ]);

    // The module's own process is away: the stream says it.
    const connection = await connect({ servers: [nats.url.replace('nats://', '')] });
    const stream = await LogStream.of(connection, 'customers');
    await eventually(async () => expect((await stream.info())?.state.messages).toBeGreaterThan(1));
    await connection.close();
    await stop(second);
    await stop(owner);
    second = await start(databases.mistyped);
    expect((await (await api(second)).get('/health/ready').expect(200)).body).toMatchObject({
      standsBy: {
        customers: expect.stringMatching(
          /^which lives in another database: the stream seamline-log-customers of the broker/,
        ),
      },
    });

    // Its own place is hosted again.
    await start(databases.right);
    await (await api(second)).get(headers.location).expect(200);
  });
});
