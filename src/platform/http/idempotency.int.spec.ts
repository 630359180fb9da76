import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { CreateIdempotencyKeys } from '../../../migrations/platform/0004-create-idempotency-keys';
import { ClaimIdempotencyKey } from '../../../migrations/platform/0006-claim-idempotency-key';
import { Clock } from '../unit-of-work/clock';
import { withClient } from '../database/admin-client';
import { buildDataSource } from '../database/data-sources';
import { startEmbeddedServer, type EmbeddedServer } from '../provisioning/embedded-server';
import { ModuleDatabases } from '../database/module-databases';
import { UnitOfWork } from '../unit-of-work/unit-of-work';
import { Refusal } from '../domain/refusal';
import { LogSignal } from '../unit-of-work/log-signal';
import { Outbox } from '../unit-of-work/outbox';
import { Idempotency, IDEMPOTENCY_WINDOW_MS, type IdempotencyContext } from './idempotency';
import { IdempotencyPurge } from './idempotency-purge';

const AN_HOUR_MS = 60 * 60 * 1_000;

class MovedClock extends Clock {
  private offset = 0;

  override get aheadMs(): number {
    return this.offset;
  }

  move(milliseconds: number): void {
    this.offset += milliseconds;
  }
}

describe('Idempotency', () => {
  let folder: string;
  let server: EmbeddedServer;
  let source: DataSource;
  let databases: ModuleDatabases;
  let unitOfWork: UnitOfWork;
  let clock: MovedClock;
  let idempotency: Idempotency;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seamline-idempotency-'));
    server = await startEmbeddedServer({ dataDir: folder, log: () => undefined, settings: { fsync: 'off' } });
    await withClient(server.adminUrl, 'test', (client) => client.query('create schema things'));
    const connection = { module: 'things', url: server.adminUrl, auditorUrl: server.adminUrl };
    source = await buildDataSource(connection, [], {
      poolSize: 8,
      leaseMs: 30_000,
      log: () => undefined,
    }).initialize();
    const runner = source.createQueryRunner();
    await new CreateIdempotencyKeys().up(runner);
    await new ClaimIdempotencyKey().up(runner);
    await runner.query('create table effects (id int generated always as identity, note text)');
    await runner.release();
    databases = new ModuleDatabases(new Map([['things', source]]));
    unitOfWork = new UnitOfWork(databases, new Outbox(), new LogSignal());
  });
  afterAll(async () => {
    await source?.destroy();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await source.query('truncate idempotency_keys, effects restart identity');
    clock = new MovedClock();
    idempotency = new Idempotency(unitOfWork, clock);
  });

  const asked = (changes: Partial<IdempotencyContext> = {}): IdempotencyContext => ({
    key: 'k',
    module: 'things',
    route: 'POST /things',
    caller: 'anonymous',
    body: { name: 'x', lines: [1, 2] },
    ...changes,
  });
  const effects = async (): Promise<number> =>
    (await source.query<{ n: number }[]>('select count(*)::int as n from effects'))[0].n;
  const keys = async (): Promise<number> =>
    (await source.query<{ n: number }[]>('select count(*)::int as n from idempotency_keys'))[0].n;
  const effect = async (): Promise<{ id: number; at: string }> => {
    const [{ id }] = await unitOfWork.manager.query<{ id: number }[]>(
      `insert into effects (note) values ('done') returning id`,
    );
    return { id, at: 'now' };
  };

  it('answers the same request again with the first answer, and does the work once', async () => {
    const first = await idempotency.once(asked(), effect);
    const again = await idempotency.once(asked({ body: { lines: [1, 2], name: 'x' } }), effect);
    expect(again).toEqual(first);
    expect(await effects()).toBe(1);
  });

  it('answers again byte for byte, and says that it does', async () => {
    const replayed = jest.fn();
    const work = async () => ({ orderId: 'o-1', at: 'now', b: { zz: 1, a: 2 } });
    const first = JSON.stringify(await idempotency.once(asked({ onReplay: replayed }), work));
    expect(replayed).not.toHaveBeenCalled();
    expect(JSON.stringify(await idempotency.once(asked({ onReplay: replayed }), work))).toBe(first);
    expect(replayed).toHaveBeenCalledTimes(1);
  });

  it('keeps an answer that was made after the commit, as it was sent', async () => {
    let state = 'placed';
    const look = async ({ id }: { id: number }) => ({ state, id });
    const first = await idempotency.answer(asked(), effect, look);
    state = 'completed';
    expect(JSON.stringify(await idempotency.answer(asked(), effect, look))).toBe(JSON.stringify(first));
    expect(await idempotency.answer(asked(), effect)).toEqual(first);
    expect(await effects()).toBe(1);
  });

  it('makes that answer again where the first request ended before it was kept, or wanted none', async () => {
    const failing = idempotency.answer(asked(), effect, () => Promise.reject(new Error('gone')));
    await expect(failing).rejects.toThrow('gone');
    const look = async () => 'seen';
    expect(await idempotency.answer(asked(), effect, look)).toMatchObject({ answer: 'seen' });
    expect(await effects()).toBe(1);
  });

  it('answers with what an earlier version has stored', async () => {
    const first = await idempotency.once(asked(), effect);
    await source.query(`update idempotency_keys set answer = answer - 'text'`);
    expect(await idempotency.once(asked(), effect)).toEqual(first);
  });

  it('keeps answers that are nothing', async () => {
    for (let time = 0; time < 2; time += 1)
      expect(await idempotency.once(asked(), () => effect().then(() => undefined))).toBeUndefined();
    for (let time = 0; time < 2; time += 1)
      expect(await idempotency.once(asked({ key: 'null' }), () => effect().then(() => null))).toBeNull();
    expect(await effects()).toBe(2);
  });

  it('does requests without a key each time, in a unit of work, and remembers nothing', async () => {
    await idempotency.once(asked({ key: undefined }), effect);
    await idempotency.once(asked({ key: undefined }), effect);
    expect([await effects(), await keys()]).toEqual([2, 0]);
  });

  it('refuses the key for another body', async () => {
    await idempotency.once(asked(), effect);
    await expect(idempotency.once(asked({ body: { name: 'y' } }), effect)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'idempotency.key-reused',
    });
    expect(await effects()).toBe(1);
  });

  it('keeps keys of other routes and callers apart', async () => {
    await idempotency.once(asked(), effect);
    await idempotency.once(asked({ route: 'POST /things/:id/returns' }), effect);
    await idempotency.once(asked({ caller: 'somebody' }), effect);
    expect(await effects()).toBe(3);
  });

  it('leaves no key of a refused request, which may be sent again', async () => {
    const refused = idempotency.once(asked(), async () => {
      await effect();
      throw new Refusal('invalid', 'things.refused', 'No.');
    });
    await expect(refused).rejects.toMatchObject({ code: 'things.refused' });
    expect([await effects(), await keys()]).toEqual([0, 0]);
    await idempotency.once(asked({ body: 'another' }), effect);
    expect(await effects()).toBe(1);
  });

  it('refuses a second request at once while the first is in flight, and replays afterwards', async () => {
    let finish = (): void => undefined;
    const mayFinish = new Promise<void>((resolve) => (finish = resolve));
    let started = (): void => undefined;
    const hasStarted = new Promise<void>((resolve) => (started = resolve));
    const first = idempotency.once(asked(), async () => {
      started();
      await mayFinish;
      return effect();
    });
    await hasStarted;
    await expect(idempotency.once(asked(), effect)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'idempotency.in-flight',
    });
    finish();
    const answer = await first;
    expect(await idempotency.once(asked(), effect)).toEqual(answer);
    expect(await effects()).toBe(1);
  });

  it('has one effect of many requests at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => idempotency.once(asked({ key: `round-${round}` }), effect)),
      );
      const answered = outcomes.filter((outcome) => outcome.status === 'fulfilled');
      expect(answered.length).toBeGreaterThan(0);
      expect(new Set(answered.map(({ value }) => value.id)).size).toBe(1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected')
          expect(outcome.reason).toMatchObject({ code: 'idempotency.in-flight' });
    }
    expect(await effects()).toBe(10);
  });

  it('forgets a key after a day, even before the purge', async () => {
    await idempotency.once(asked(), effect);
    // The database's clock goes on meanwhile.
    clock.move(IDEMPOTENCY_WINDOW_MS - AN_HOUR_MS);
    await idempotency.once(asked(), effect);
    expect(await effects()).toBe(1);
    clock.move(AN_HOUR_MS);
    await idempotency.once(asked({ body: 'another' }), effect);
    expect([await effects(), await keys()]).toEqual([2, 1]);
    // From now on it stands for that request.
    await idempotency.once(asked({ body: 'another' }), effect);
    await expect(idempotency.once(asked(), effect)).rejects.toMatchObject({ code: 'idempotency.key-reused' });
    expect([await effects(), await keys()]).toEqual([2, 1]);
  });

  it('purges what can no longer be replayed', async () => {
    await idempotency.once(asked({ key: 'old' }), effect);
    clock.move(IDEMPOTENCY_WINDOW_MS / 2);
    await idempotency.once(asked({ key: 'young' }), effect);
    clock.move(IDEMPOTENCY_WINDOW_MS / 2);
    await new IdempotencyPurge(databases, clock).purgeAll();
    expect(await source.query('select key from idempotency_keys')).toEqual([{ key: 'young' }]);
  });

  it('takes its table and its function away again', async () => {
    const runner = source.createQueryRunner();
    await runner.startTransaction();
    await new ClaimIdempotencyKey().down(runner);
    await new CreateIdempotencyKeys().down(runner);
    await new CreateIdempotencyKeys().up(runner);
    await new ClaimIdempotencyKey().up(runner);
    await runner.commitTransaction();
    await runner.release();
    expect(await keys()).toBe(0);
  });
});
