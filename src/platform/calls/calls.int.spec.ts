import { Injectable, Module } from '@nestjs/common';
import {
  CommandBus,
  CommandHandler,
  type ICommandHandler,
  type IQueryHandler,
  QueryBus,
  QueryHandler,
} from '@nestjs/cqrs';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { IsInt, IsOptional, IsString } from 'class-validator';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { escapeIdentifier } from 'pg';
import { aimMessage } from '../../../test/support/aimed-messages';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { describeWithNats, NatsServer } from '../../../test/support/nats-server';
import { PATIENT } from '../../../test/support/patient';
import { assembleProcess } from '../../../test/support/process';
import { BoundedContext } from '../hosting/bounded-context';
import type { Environment } from '../config/env-reader';
import { withClient } from '../database/admin-client';
import { UnitOfWork } from '../unit-of-work/unit-of-work';
import { Refusal } from '../domain/refusal';
import { toProblem } from '../http/to-problem';
import { CommandContract, QueryContract } from '../messages/contract';
import { CommandMessage, QueryMessage } from '../messages/message';
import { currentMessageContext, withMessageContext } from '../messages/message-context';
import { AnswerWhenUnreachable } from '../messages/unreachable-answer';
import { Upcaster } from '../messages/upcaster';
import { readSettings } from '../config/settings';
import { Addresses, addressSubjectOf } from '../http/forwarding/addresses';
import { Broker } from '../transport/broker';
import { LogStream } from '../transport/log-stream';
import { laneSubject } from '../transport/log-subjects';
import { brokerUser, inboxOf, natsConfiguration, urlFor } from '../transport/nats-configuration';
import { currentDeadline, Deadline, withDeadline } from '../kernel/deadline';
import { NatsCallChannel } from './nats-call-channel';
import { livenessSubjectOf, toHeaders } from './request';

/** The owner: the module `catalog`. */
@CommandContract('catalog.do')
class Do extends CommandMessage<Do, { name: string; done: number; at: Date }> {
  @IsString()
  readonly name!: string;

  @IsOptional()
  @IsString()
  readonly how?: string;
}

@QueryContract('catalog.look')
class Look extends QueryMessage<Look, { name: string; list: (Date | null)[] } | null> {
  @IsString()
  readonly name!: string;
}

@QueryContract('catalog.origin')
class Origin extends QueryMessage<
  Origin,
  { correlationId: string; causationId?: string; traceparent?: string; left?: number }
> {}

@QueryContract('catalog.guess')
@AnswerWhenUnreachable<Guess>(({ name }) => `${name}?`)
class Guess extends QueryMessage<Guess, string> {
  @IsString()
  readonly name!: string;
}

/** Version 1 had grams. */
@QueryContract('catalog.weigh', { version: 2 })
class Weigh extends QueryMessage<Weigh, number> {
  @IsInt()
  readonly kilograms!: number;
}

@Upcaster('catalog.weigh', { from: 1, to: 2 })
export class WeighInKilograms {
  static upcast = ({ grams }: { grams: number }) => ({ kilograms: grams / 1_000 });
}

/** The caller: the module `customers`. */
@CommandContract('customers.look-within')
class LookWithin extends CommandMessage<LookWithin, unknown> {}

@CommandContract('customers.do-within')
class DoWithin extends CommandMessage<DoWithin, unknown> {}

const refusal = () =>
  new Refusal('conflict', 'catalog.no', 'No.', [
    { pointer: '/name', code: 'catalog.never', message: 'Never.' },
  ]);
const AT = new Date('2026-02-03T04:05:06.007Z');
/** What a `Do` waits for before it ends. */
let hold = (): Promise<void> => Promise.resolve();

@CommandHandler(Do)
class DoHandler implements ICommandHandler<Do> {
  constructor(private readonly work: UnitOfWork) {}

  async execute({ name, how }: Do) {
    await this.work.manager.query('insert into done (name) values ($1)', [name]);
    if (how === 'refuse') throw refusal();
    if (how === 'fail') throw new Error('something inside');
    if (how === 'again')
      await this.work.manager.query('insert into done (id, name) select id, name from done limit 1');
    await hold();
    const [{ done }] = await this.work.manager.query<{ done: number }[]>(
      'select count(*)::int as done from done where name = $1',
      [name],
    );
    return { name, done, at: AT };
  }
}

@QueryHandler(Look)
class LookHandler implements IQueryHandler<Look> {
  execute({ name }: Look) {
    if (name === 'refuse') return Promise.reject(refusal());
    if (name === 'fail') return Promise.reject(new TypeError('something inside'));
    return Promise.resolve(name === 'nothing' ? null : { name, list: [AT, null] });
  }
}

@QueryHandler(Weigh)
class WeighHandler implements IQueryHandler<Weigh> {
  execute({ kilograms }: Weigh) {
    return Promise.resolve(kilograms);
  }
}

@QueryHandler(Origin)
class OriginHandler implements IQueryHandler<Origin> {
  execute() {
    return Promise.resolve({ ...currentMessageContext(), left: currentDeadline()?.left });
  }
}

@QueryHandler(Guess)
class GuessHandler implements IQueryHandler<Guess> {
  execute({ name }: Guess) {
    return name === 'refuse' ? Promise.reject(refusal()) : Promise.resolve(`${name}!`);
  }
}

@CommandHandler(LookWithin)
class LookWithinHandler implements ICommandHandler<LookWithin> {
  constructor(private readonly queries: QueryBus) {}

  execute() {
    return this.queries.execute(new Look({ name: 'within' }));
  }
}

@CommandHandler(DoWithin)
class DoWithinHandler implements ICommandHandler<DoWithin> {
  constructor(private readonly commands: CommandBus) {}

  execute() {
    return this.commands.execute(new Do({ name: 'within' }));
  }
}

@BoundedContext({ name: 'catalog' })
@Module({ providers: [DoHandler, LookHandler, OriginHandler, GuessHandler, WeighHandler] })
class Owner {}

@BoundedContext({ name: 'customers' })
@Module({ providers: [LookWithinHandler, DoWithinHandler] })
class Caller {}

@Module({ imports: [Owner, Caller] })
class Root {}

@Injectable()
class Buses {
  constructor(
    readonly commands: CommandBus,
    readonly queries: QueryBus,
  ) {}
}

describeWithNats('calls to a module of another process', () => {
  let nats: NatsServer;
  let database: TestDatabase;
  let together: Buses;
  let caller: NestExpressApplication;
  let owner: NestExpressApplication | undefined;
  const running = new Set<NestExpressApplication>();

  const start = async (environment: Environment): Promise<NestExpressApplication> => {
    const { app } = await assembleProcess(Root, environment, database);
    running.add(app);
    return app.init();
  };
  const stop = async (app: NestExpressApplication | undefined) => {
    if (app && running.delete(app)) await app.close();
  };
  const startOwner = async () => (owner = await start({ MODULES: 'catalog', NATS_URL: nats.url }));
  const startCaller = (environment: Environment = {}) =>
    start({ MODULES: 'customers', NATS_URL: nats.url, ...environment });
  const busesOf = (app: NestExpressApplication) => new Buses(app.get(CommandBus), app.get(QueryBus));
  const doneAs = async (name: string): Promise<number> => {
    const [{ count }] = await database.databases
      .of('catalog')
      .query<{ count: number }[]>('select count(*)::int from done where name = $1', [name]);
    return count;
  };
  /** Counts the calls that an application sends to other processes. */
  const countAsks = (app: NestExpressApplication) =>
    jest.spyOn(app.get(NatsCallChannel, { strict: false }), 'ask');

  beforeAll(async () => {
    nats = await NatsServer.start();
    database = await openTestDatabase(['catalog', 'customers']);
    const role = escapeIdentifier(database.roles.of('catalog'));
    await withClient(database.adminUrl, 'test', (client) =>
      client.query(
        `create table catalog.done (id uuid primary key default gen_random_uuid(), name text); grant all on catalog.done to ${role}`,
      ),
    );
    together = busesOf(await start({}));
    caller = await startCaller(PATIENT);
    await startOwner();
  });

  afterAll(async () => {
    for (const app of [...running]) await stop(app);
    await database?.close();
    await nats?.stop();
  });

  beforeEach(() => {
    hold = () => Promise.resolve();
  });

  afterEach(() => jest.restoreAllMocks());

  const outcomeOf = async (asked: Promise<unknown>): Promise<unknown> => {
    try {
      return { result: await asked };
    } catch (error) {
      const { kind, code, message, reasons } = error as Refusal;
      const problem = toProblem(error);
      const shown = error instanceof Refusal ? { kind, code, message, reasons } : problem.status;
      return {
        refusal: error instanceof Refusal,
        shown,
        document: problem.toDocument('/x', 'c'),
        headers: problem.options.headers,
      };
    }
  };

  it.each<[string, ({ commands, queries }: Buses) => Promise<unknown>]>([
    ['a result with dates', ({ queries }) => queries.execute(new Look({ name: 'a' }))],
    ['no result', ({ queries }) => queries.execute(new Look({ name: 'nothing' }))],
    ['a refused query', ({ queries }) => queries.execute(new Look({ name: 'refuse' }))],
    ['a failed query', ({ queries }) => queries.execute(new Look({ name: 'fail' }))],
    ['a refused command', ({ commands }) => commands.execute(new Do({ name: 'refused', how: 'refuse' }))],
    ['a failed command', ({ commands }) => commands.execute(new Do({ name: 'failed', how: 'fail' }))],
    [
      'a value that exists already',
      ({ commands }) => commands.execute(new Do({ name: 'twice', how: 'again' })),
    ],
    [
      'a message that breaks its rules',
      ({ commands }) => commands.execute(new Do({ name: 1 as unknown as string })),
    ],
    ['a query from inside a unit of work', ({ commands }) => commands.execute(new LookWithin({}))],
    ['a command from inside a unit of work', ({ commands }) => commands.execute(new DoWithin({}))],
  ])('end as in one process: %s', async (_what, ask) => {
    expect(await outcomeOf(ask(busesOf(caller)))).toEqual(await outcomeOf(ask(together)));
  });

  it('do a command once, and leave nothing behind when it is refused', async () => {
    const keptAnswers = async (): Promise<number> => {
      const keys = await database.databases
        .of('catalog')
        .query<unknown[]>('select from idempotency_keys where route = $1', ['call catalog.do']);
      return keys.length;
    };
    const before = await keptAnswers();
    await expect(busesOf(caller).commands.execute(new Do({ name: 'once' }))).resolves.toEqual({
      name: 'once',
      done: 1,
      at: AT,
    });
    await expect(busesOf(caller).commands.execute(new Do({ name: 'never', how: 'refuse' }))).rejects.toThrow(
      Refusal,
    );
    expect([await doneAs('once'), await doneAs('never')]).toEqual([1, 0]);
    expect(await keptAnswers()).toBe(before + 1);
  });

  it('refuse a command from inside a unit of work with the same words', async () => {
    await expect(busesOf(caller).commands.execute(new DoWithin({}))).rejects.toThrow(
      'The module "catalog" was called from inside a unit of work of "customers". The two cannot commit together',
    );
    expect(await doneAs('within')).toBe(0);
  });

  it('carry where they come from, and how long anybody waits', async () => {
    const context = {
      correlationId: 'c-1',
      causationId: 'm-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const { left, ...origin } = await withMessageContext(context, () =>
      busesOf(caller).queries.execute(new Origin({})),
    );
    expect(origin).toEqual(context);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(Number(PATIENT.CALL_DEADLINE_MS));
  });

  it('outlast neither the work that they are made in, nor the time that its transaction may be idle', async () => {
    const left = async (): Promise<number> => (await busesOf(caller).queries.execute(new Origin({}))).left!;
    expect(await withDeadline(Deadline.in(10_000), left)).toBeLessThanOrEqual(10_000);
    const within = caller.get(UnitOfWork).run('customers', left);
    expect(await within).toBeLessThanOrEqual(Number(PATIENT.MESSAGING_LEASE_MS) / 2);
  });

  /** Sends a call as it is, with no client that would make it right. */
  const send = (id: string, timeoutMs: number, data: string | Uint8Array) => {
    const made = headers();
    const context = { correlationId: 'c' };
    for (const [name, value] of toHeaders({ id, version: 1, timeoutMs, context })) made.set(name, value);
    return caller
      .get(Broker)
      .calls.request('seamline.call.catalog.do', data, { headers: made, timeout: 10_000 });
  };

  it('are read in the version of their caller', async () => {
    const ask = async (versions: { version: number; readableSince?: number }, data: object) => {
      const made = headers();
      const request = { id: JSON.stringify(versions), ...versions, timeoutMs: 10_000 };
      for (const [name, value] of toHeaders({ ...request, context: { correlationId: 'c' } }))
        made.set(name, value);
      const { calls } = caller.get(Broker);
      const options = { headers: made, timeout: 10_000 };
      return (await calls.request('seamline.call.catalog.weigh', JSON.stringify(data), options)).json();
    };
    expect(await ask({ version: 1 }, { grams: 5_000 })).toEqual({ outcome: 'result', result: { json: 5 } });
    expect(await ask({ version: 2 }, { kilograms: 5 })).toEqual({ outcome: 'result', result: { json: 5 } });
    const later = { kilograms: 5, scale: 'kitchen' };
    expect(await ask({ version: 3, readableSince: 2 }, later)).toEqual({
      outcome: 'result',
      result: { json: 5 },
    });
    expect(await ask({ version: 3 }, later)).toEqual({
      outcome: 'misfit',
      reasons: [expect.stringContaining('it has version 3, which this process does not know yet')],
    });
  });

  it('are not begun when nobody waits for them any more', async () => {
    expect((await send('late', 0, JSON.stringify({ name: 'late' }))).json()).toEqual({
      outcome: 'unavailable',
    });
    expect(await doneAs('late')).toBe(0);
  });

  it('store no other text than was sent: bytes that are no UTF-8 are refused', async () => {
    const broken = Buffer.from('{"name":"Zo\xeb"}', 'latin1');
    expect((await send('broken', 10_000, broken)).json()).toEqual({ outcome: 'failed' });
    expect(await doneAs('Zo\ufffd')).toBe(0);
  });

  it('are answered once and get the first answer, when the answer was lost on the way', async () => {
    const channel = caller.get(NatsCallChannel, { strict: false });
    const ask = channel.ask.bind(channel);
    const asks = countAsks(caller);
    asks.mockImplementationOnce(async (...call) => {
      await ask(...call);
      return 'no-answer';
    });
    await expect(busesOf(caller).commands.execute(new Do({ name: 'lost' }))).resolves.toEqual({
      name: 'lost',
      done: 1,
      at: AT,
    });
    expect(asks).toHaveBeenCalledTimes(2);
    expect(await doneAs('lost')).toBe(1);
  });

  it('wait for an earlier attempt that is still being worked on', async () => {
    const channel = caller.get(NatsCallChannel, { strict: false });
    const ask = channel.ask.bind(channel);
    const asks = countAsks(caller);
    let release = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      hold = () => {
        resolve();
        return new Promise((released) => (release = released));
      };
    });
    let first: Promise<unknown> | undefined;
    asks.mockImplementationOnce(async (...call) => {
      first = ask(...call);
      await begun;
      return 'no-answer';
    });
    asks.mockImplementationOnce(async (...call) => {
      const reply = await ask(...call);
      release();
      await first;
      return reply;
    });
    await expect(busesOf(caller).commands.execute(new Do({ name: 'slow' }))).resolves.toEqual({
      name: 'slow',
      done: 1,
      at: AT,
    });
    expect(await asks.mock.results[1]?.value).toEqual({ outcome: 'busy' });
    expect(await doneAs('slow')).toBe(1);
  });

  it('wait while their module is started again', async () => {
    await stop(owner);
    const asked = [
      busesOf(caller).queries.execute(new Look({ name: 'waited' })),
      busesOf(caller).commands.execute(new Do({ name: 'waited' })),
    ];
    // No process hosts it now, and the liveness request below fails.
    const { calls: connection } = caller.get(Broker);
    await expect(connection.request(livenessSubjectOf('catalog'), '', { timeout: 5_000 })).rejects.toThrow();
    await startOwner();
    await expect(Promise.all(asked)).resolves.toEqual([
      { name: 'waited', list: [AT, null] },
      { name: 'waited', done: 1, at: AT },
    ]);
  });

  it('end with ModuleUnreachable, or with what the query declares, when nobody is found by the deadline', async () => {
    await stop(owner);
    const brief = await startCaller({ CALL_DEADLINE_MS: '200' });
    // Where the broker itself answers after the deadline, the reason is another one.
    await eventually(() =>
      expect(busesOf(brief).queries.execute(new Look({ name: 'a' }))).rejects.toMatchObject({
        code: 'MODULE_UNREACHABLE',
        reason: 'not-hosted',
      }),
    );
    await expect(busesOf(brief).queries.execute(new Guess({ name: 'a' }))).resolves.toBe('a?');
    await startOwner();
    // A slow machine may need longer for an answer than this caller waits.
    await eventually(() =>
      expect(busesOf(brief).queries.execute(new Guess({ name: 'a' }))).resolves.toBe('a!'),
    );
    await eventually(() =>
      expect(busesOf(brief).queries.execute(new Guess({ name: 'refuse' }))).rejects.toThrow(Refusal),
    );
    await stop(brief);
  });

  it('to a module that takes calls and never answers are few, stop for a moment, and begin again when it answers', async () => {
    await stop(owner);
    const { calls: connection } = caller.get(Broker);
    const silent = connection.subscribe('seamline.call.catalog.*', {
      queue: 'catalog',
      callback: () => undefined,
    });
    await connection.flush();
    const hasty = await startCaller({
      CALL_DEADLINE_MS: '1000',
      CALL_ATTEMPT_MS: '50',
      CALL_CIRCUIT_FAILURES: '3',
    });
    const asks = countAsks(hasty);

    const failures: unknown[] = [];
    for (let call = 0; call < 60; call += 1) {
      await busesOf(hasty)
        .queries.execute(new Look({ name: 'a' }))
        .catch((error: { reason?: string }) => failures.push(error.reason));
    }
    expect(failures).toHaveLength(60);
    expect(failures.filter((reason) => reason === 'circuit-open').length).toBeGreaterThan(40);
    // Three calls until the circuit opens, one for each time it is tried again, and the retries that the
    // budget has.
    expect(asks.mock.calls.length).toBeLessThan(30);

    silent.unsubscribe();
    await startOwner();
    await eventually(() =>
      expect(busesOf(hasty).queries.execute(new Look({ name: 'nothing' }))).resolves.toBeNull(),
    );
    await stop(hasty);
  });

  it('end with an error that says what to do, in a process without a broker', async () => {
    const alone = await start({ MODULES: 'customers' });
    const error: Error = await busesOf(alone)
      .queries.execute(new Look({ name: 'a' }))
      .then(
        () => new Error('It was answered.'),
        (failure: Error) => failure,
      );
    expect(error).toMatchObject({ code: 'MODULE_UNREACHABLE', reason: 'no-broker' });
    expect(String(error.cause)).toMatch(/Set NATS_URL/);
    await stop(alone);
  });
});

describeWithNats('calls over a broker whose other logins try to forge them', () => {
  const SECRET = 'a secret of this test';
  const users = Object.fromEntries(
    ['catalog', 'customers', 'payments'].map((module) => [module, brokerUser([module], SECRET)]),
  );
  let nats: NatsServer;
  let database: TestDatabase;
  let attacker: NatsConnection;
  let caller: Buses;
  const closing: (() => Promise<unknown>)[] = [];

  const login = async (user: string): Promise<NatsConnection> => {
    const { name, password } = users[user];
    const connection = await connect({
      servers: [`127.0.0.1:${nats.port}`],
      user: name,
      pass: password,
      inboxPrefix: inboxOf(name),
    });
    closing.push(() => connection.close());
    return connection;
  };
  const start = async (module: string, environment: Environment = {}): Promise<NestExpressApplication> => {
    const NATS_URL = urlFor(users[module], `127.0.0.1:${nats.port}`);
    const { app } = await assembleProcess(
      Root,
      { MODULES: module, NATS_URL, DATABASE_ROLE_SECRET: SECRET, ...environment },
      database,
    );
    closing.push(() => app.close());
    return app.init();
  };
  const doneAs = (name: string) =>
    database.databases.of('catalog').query('select from done where name = $1', [name]);

  beforeAll(async () => {
    nats = await NatsServer.start({ configuration: natsConfiguration(Object.values(users)) });
    database = await openTestDatabase(['catalog', 'customers']);
    const role = escapeIdentifier(database.roles.of('catalog'));
    await withClient(database.adminUrl, 'test', (client) =>
      client.query(
        `create table catalog.done (id uuid primary key default gen_random_uuid(), name text); grant all on catalog.done to ${role}`,
      ),
    );
    const app = await start('customers', { ...PATIENT, CALL_ATTEMPT_MS: '1000' });
    caller = new Buses(app.get(CommandBus), app.get(QueryBus));
    attacker = await login('payments');
    await (await LogStream.of(attacker, 'payments')).create();
  });

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await database?.close();
    await nats?.stop();
  });

  it('take no answer that their owner has not signed, and go on to wait for that one', async () => {
    // Hears where an answer is waited for: it has the owner's login and not its key, and the attacker aims
    // one there, too.
    const spy = await login('catalog');
    let forgeries = 0;
    const forged = JSON.stringify({ outcome: 'result', result: { json: { name: 'forged', list: [] } } });
    const listening = spy.subscribe('seamline.call.catalog.look', {
      callback: (_error, message) =>
        void aimMessage(attacker, laneSubject('payments', 1), message.reply!, forged).then(() => {
          message.respond(forged);
          forgeries += 1;
        }),
    });
    await spy.flush();
    const answer = caller.queries.execute(new Look({ name: 'asked' }));
    await eventually(() => expect(forgeries).toBeGreaterThan(0));
    listening.unsubscribe();
    await spy.flush();
    await start('catalog');
    expect(await answer).toEqual({ name: 'asked', list: [AT, null] });
  });

  it('are not worked on when no module has signed them, and genuine ones are', async () => {
    const made = headers();
    const context = { correlationId: 'c' };
    for (const [name, value] of toHeaders({ id: 'forged', version: 1, timeoutMs: 10_000, context }))
      made.set(name, value);
    await aimMessage(
      attacker,
      laneSubject('payments', 1),
      'seamline.call.catalog.do',
      '{"name":"forged"}',
      made,
    );
    attacker.publish('seamline.call.catalog.do', '{"name":"forged"}', { headers: made });
    await attacker.flush();
    expect(await caller.commands.execute(new Do({ name: 'genuine' }))).toMatchObject({
      name: 'genuine',
      done: 1,
    });
    expect(await doneAs('forged')).toEqual([]);
  });

  it('are forwarded to no address that its owner has not signed', async () => {
    const spy = await login('catalog');
    let forgeries = 0;
    spy.subscribe(addressSubjectOf('catalog'), {
      callback: (_error, message) => void (message.respond('http://127.0.0.1:9'), (forgeries += 1)),
    });
    await spy.flush();
    const asking = new Broker(
      readSettings({
        NATS_URL: urlFor(users.customers, `127.0.0.1:${nats.port}`),
        DATABASE_ROLE_SECRET: SECRET,
      }),
    );
    await asking.onModuleInit();
    closing.push(() => asking.onApplicationShutdown());
    const addresses = new Addresses(asking);
    await eventually(async () => {
      expect(await addresses.of('catalog')).not.toContain('http://127.0.0.1:9');
      expect(forgeries).toBeGreaterThan(0);
    });
  });
});
