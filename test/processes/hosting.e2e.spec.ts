import { randomBytes } from 'node:crypto';
import { ModulesContainer } from '@nestjs/core';
import request from 'supertest';
import { AppModule } from '../../src/app.module';
import { withClient } from '../../src/platform/database/admin-client';
import { withDatabase } from '../../src/platform/database/roles';
import { topologyOf } from '../../src/platform/topology/topology';
import { boundedContextsOf } from '../../src/platform/hosting/bounded-contexts';
import { type RunningApplication, startApplication } from '../../src/platform/start/start-application';
import { eventually } from '../support/eventually';
import { routesOf } from '../support/routes';

const SERVER = withDatabase(process.env.SEAMLINE_TEST_ADMIN_URL ?? '', 'postgres');

describe('two processes that host different modules on one database', () => {
  const database = `hosting_${randomBytes(6).toString('hex')}`;
  const adminUrl = withDatabase(SERVER, database);
  const running: RunningApplication[] = [];
  const said: string[] = [];

  const start = async (MODULES: string, more: Record<string, string> = {}): Promise<RunningApplication> => {
    const application = await startApplication(
      AppModule,
      {
        MODULES,
        PORT: '0',
        OPS_PORT: '0',
        LOG_LEVEL: 'fatal',
        DATABASE_URL: adminUrl,
        DATABASE_ADMIN_URL: adminUrl,
        DATABASE_ROLE_SECRET: 'a secret for this test',
        // Of a module that is not hosted: it leads nowhere, and is never connected to.
        SHIPPING_DATABASE_URL: 'postgres://nowhere.invalid/none',
        ...more,
      },
      (line) => said.push(line),
    );
    running.push(application);
    return application;
  };
  const api = async ({ app }: RunningApplication) => request(await app.getUrl());
  let first: RunningApplication;
  let second: RunningApplication;

  beforeAll(async () => {
    first = await start('customers,catalog');
    second = await start('pricing', { HTTP_DRAIN_DELAY_MS: '3000' });
  });

  afterAll(async () => {
    for (const { stop } of running) await stop();
    await withClient(SERVER, 'test', async (client) => {
      await client.query(`drop database if exists ${database} with (force)`);
      const { rows } = await client.query<{ rolname: string }>(
        'select rolname from pg_roles where starts_with(rolname, $1)',
        [`${database}_`],
      );
      for (const { rolname } of rows) await client.query(`drop role ${rolname}`);
    });
  });

  it('say what they host, and what they cannot reach', () => {
    expect(said).toContain('This process hosts customers, catalog and none of the other modules.');
    const others = topologyOf(AppModule).modules.filter((module) => module !== 'pricing');
    expect(said).toContainEqual(
      expect.stringMatching(new RegExp(`^It has no broker and cannot reach them.*: ${others.join(', ')}\\.`)),
    );
  });

  it('serve their own routes and no others', async () => {
    await (
      await api(first)
    )
      .post('/customers')
      .send({ name: 'Ada', address: { country: 'France' } })
      .expect(201);
    await (await api(first)).get('/items').expect(200);
    await (await api(second)).get('/prices').expect(200);
    const [own, others] = [routesOf(first.app), routesOf(second.app)];
    expect(own).toEqual(expect.arrayContaining(['post /customers', 'get /items/{itemId}']));
    expect(
      own.filter((route) => /price|order|stock|payment|credit|shipment|reservation/.test(route)),
    ).toEqual([]);
    expect(others.filter((route) => /customer|item/.test(route.replace('{itemId}', '')))).toEqual([]);
    for (const [routes, modules] of [
      [own, ['customers', 'catalog']],
      [others, ['pricing']],
    ] as const) {
      // What the decorators say is what is there, beside the platform's own.
      const declared = topologyOf(AppModule).routes.filter(({ module }) =>
        (modules as readonly string[]).includes(module),
      );
      const asListed = declared.map(
        ({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`,
      );
      expect(routes.filter((route) => !/\/(health|metrics)|^get \/$/.test(route))).toEqual(asListed.sort());
    }
  });

  it('instantiate nothing of the others', () => {
    for (const [{ app }, hosted] of [
      [first, ['customers', 'catalog']],
      [second, ['pricing']],
    ] as const) {
      const made = new Set([...app.get(ModulesContainer).values()].map(({ metatype }) => metatype));
      const instantiated = boundedContextsOf(AppModule).filter(({ type }) => made.has(type));
      expect(instantiated.map(({ name }) => name)).toEqual(hosted);
    }
  });

  it('watch the databases of their own modules', async () => {
    const ready = { status: 'ready', databases: { customers: 'up', catalog: 'up' } };
    await eventually(async () => (await api(first)).get('/health/ready').expect(200, ready));
  });

  it('migrate and connect to nothing else', async () => {
    await withClient(adminUrl, 'test', async (client) => {
      const schemas = await client.query<{ names: string[] }>(
        `select array_agg(nspname::text order by nspname) as names from pg_namespace where to_regclass(quote_ident(nspname) || '.outbox') is not null`,
      );
      expect(schemas.rows[0].names).toEqual(['catalog', 'customers', 'pricing']);
    });
  });

  it('take requests for a while after readiness has begun to say that they drain', async () => {
    const url = await second.app.getUrl();
    running.splice(running.indexOf(second), 1);
    const stopped = second.stop();
    await request(url)
      .get('/health/ready')
      .expect(503)
      .expect(({ body }) => expect(body).toMatchObject({ status: 'draining' }));
    await request(url).get('/prices').expect(200).expect('Connection', 'close');
    await stopped;
    await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed');
  });
});
