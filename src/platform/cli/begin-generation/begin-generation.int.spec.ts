import { IsInt } from 'class-validator';
import { type Clone, createTestDatabase } from '../../../../test/support/database';
import { withClient } from '../../database/admin-client';
import { openModuleDatabases } from '../../database/data-sources';
import type { ModuleDatabases } from '../../database/module-databases';
import { UnitOfWork } from '../../unit-of-work/unit-of-work';
import { EventContract } from '../../messages/contract';
import type { LogPosition } from '../../messages/envelope';
import { LogSignal } from '../../unit-of-work/log-signal';
import { EventMessage } from '../../messages/message';
import { Outbox } from '../../unit-of-work/outbox';
import { LogReader } from '../../log/log-reader';
import { SubscriptionOperations } from '../../subscriptions/subscription-operations';
import { type NewGeneration, beginGenerationOn } from './begin-generation';

const MODULE = 'payments';

@EventContract('payments.counted')
class Counted extends EventMessage<Counted> {
  @IsInt()
  readonly number!: number;
}

describe('a new generation of a log', () => {
  let clone: Clone;

  beforeAll(async () => {
    clone = await createTestDatabase();
  });
  afterAll(() => clone.drop());

  /** The module's pool for as long as `work` takes: a process of the application that starts and stops. */
  const connected = async <T>(work: (databases: ModuleDatabases) => Promise<T>): Promise<T> => {
    const connections = clone.connections.filter(({ module }) => module === MODULE);
    const databases = await openModuleDatabases(connections, () => [], {
      poolSize: 2,
      leaseMs: 30_000,
      log: () => undefined,
    });
    try {
      return await work(databases);
    } finally {
      await databases.close();
    }
  };
  const begin = (): Promise<NewGeneration> =>
    withClient(clone.adminUrl, 'test', (client) => beginGenerationOn(client, clone.roles, MODULE));
  const publish = (databases: ModuleDatabases, ...numbers: number[]): Promise<void> => {
    const work = new UnitOfWork(databases, new Outbox(), new LogSignal());
    return work.run(MODULE, async () => {
      for (const number of numbers)
        work.append({
          message: new Counted({ number }),
          aggregateType: 'counter',
          aggregateId: 'a',
          keyVersion: number,
        });
    });
  };

  it('is refused while a process is connected', async () => {
    await connected(async () => {
      await expect(begin()).rejects.toThrow('Stop every process of the application');
    });
  });

  it('delivers what no tick had covered, once, and takes new messages', async () => {
    const start = await connected(async (databases) => {
      await publish(databases, 1, 2);
      const [tick]: { current_tick: string }[] = await databases
        .of(MODULE)
        .query('select * from take_tick()');
      await publish(databases, 3);
      await databases.of(MODULE).query(`insert into subscriptions (subscription) values ('payments.watch')`);
      await databases
        .of(MODULE)
        .query(
          `insert into subscription_positions (subscription, log, lane_group, first_lane, last_lane, generation, tick, seq) values ('payments.watch', 'payments', 0, 0, 255, 1, 0, 0)`,
        );
      return tick.current_tick;
    });
    expect(start).toBe('1');
    expect(await begin()).toEqual({ generation: 2, beyond: [] });
    await connected(async (databases) => {
      expect((await new SubscriptionOperations(databases).list()).map(({ lag }) => lag)).toEqual([3]);
      await publish(databases, 4);
      expect((await new SubscriptionOperations(databases).list()).map(({ lag }) => lag)).toEqual([4]);
      const reader = new LogReader(MODULE, databases.of(MODULE), { pollMs: [5, 20], cacheSize: 10 });
      await reader.start();
      const numbers: unknown[] = [];
      let after = await reader.beginning();
      while (numbers.length < 4) {
        const page = await reader.read(after, 10);
        numbers.push(...page.messages.map(({ data }) => data.number));
        after = page.end;
      }
      await reader.stop();
      expect(numbers).toEqual([1, 2, 3, 4]);
    });
  });

  it('tells which subscriptions have read what the log has lost, begins above them, and lets them go on', async () => {
    const admin = <T>(sql: string): Promise<T[]> =>
      withClient(clone.adminUrl, 'test', async (client) => (await client.query(sql)).rows as T[]);
    await admin(`insert into shipping.subscriptions (subscription) values ('shipping.went-further')`);
    await admin(
      `insert into shipping.subscription_positions (subscription, log, lane_group, first_lane, last_lane, generation, tick, seq)
       values ('shipping.went-further', '${MODULE}', 0, 0, 127, 4, 7, 3), ('shipping.went-further', '${MODULE}', 1, 128, 255, 1, 0, 0)`,
    );
    const begun = await begin();
    expect(begun.generation).toBe(5);
    expect(begun.beyond).toEqual([
      { subscription: 'shipping.went-further', laneGroups: 1, furthest: '4.7.3', held: 0 },
    ]);
    await connected(async (databases) => {
      await publish(databases, 5);
      const reader = new LogReader(MODULE, databases.of(MODULE), { pollMs: [5, 20], cacheSize: 10 });
      await reader.start();
      let after: LogPosition = { generation: 4, tick: 7n, seq: 3n };
      const numbers: unknown[] = [];
      while (!numbers.includes(5)) {
        const page = await reader.read(after, 10);
        numbers.push(...page.messages.map(({ data }) => data.number));
        after = page.end;
      }
      await reader.stop();
      expect(numbers).toEqual([5]);
    });
  });

  it('can only be added to, as the one before', async () => {
    await connected(async (databases) => {
      for (const statement of [
        'update outbox_2 set version = 2',
        'delete from outbox_2',
        'truncate outbox_2',
        'delete from outbox',
      ]) {
        await expect(databases.of(MODULE).query(statement)).rejects.toThrow('permission denied');
      }
    });
  });

  it('is refused where the module has no log', async () => {
    const nowhere = withClient(clone.adminUrl, 'test', (client) =>
      beginGenerationOn(client, clone.roles, 'nobody'),
    );
    await expect(nowhere).rejects.toThrow('There is no log of "nobody"');
  });
});
