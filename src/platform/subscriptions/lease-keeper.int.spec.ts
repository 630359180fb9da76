import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import type { LogPosition } from '../messages/envelope';
import type { LogSource } from '../log/log-source';
import { subscriptionDefinition } from '../messages/subscription';
import type { Consumer } from './consumer';
import { FencedError } from './failure';
import { LeaseKeeper } from './lease-keeper';
import { PositionStore } from './position-store';
import { SubscriptionWorker } from './subscription-worker';

const MODULE = 'shipping';
const LEASE_MS = 60_000;
const BEGINNING: LogPosition = { generation: 1, tick: 0n, seq: 0n };

/** A log in which nothing happens. */
const quietLog: LogSource = {
  log: 'orders',
  end: BEGINNING,
  read: async (after) => ({ messages: [], end: after }),
  onGrowth: () => () => undefined,
  beginning: async () => BEGINNING,
};

interface Row {
  lane_group: number;
  owner: string | null;
  epoch: string;
  tick: string;
  leased: boolean;
}

describe('leases of several processes', () => {
  let test: TestDatabase;
  let admin: Client;
  let name: string;
  const processes: Process[] = [];

  /**
   * One process as the database sees it: an identity with a connection, and a keeper for one subscription.
   */
  class Process {
    readonly id = uuidv7();
    readonly worker: SubscriptionWorker;
    readonly keeper: LeaseKeeper;
    private readonly connection: Client;

    constructor(laneGroups = 4) {
      const consumer: Consumer = {
        definition: subscriptionDefinition(name, { laneGroups }),
        module: MODULE,
        handledBy: 'test',
        contracts: new Map(),
        logs: ['orders'],
        handle: async () => undefined,
      };
      const database = test.databases.of(MODULE);
      const none = async (): Promise<void> => undefined;
      this.worker = new SubscriptionWorker(consumer, quietLog, test.unitOfWork(), LEASE_MS, none, () => 1);
      this.keeper = new LeaseKeeper(MODULE, database, [this.worker], LEASE_MS, this.id);
      this.connection = new Client({
        connectionString: test.databases.urlOf(MODULE),
        application_name: `seamline ${this.id} ${MODULE}`,
      });
      processes.push(this);
    }

    async connect(): Promise<this> {
      await this.connection.connect();
      return this;
    }

    /** Looks once, as it does every second. */
    look = (): Promise<void> => this.keeper['keep']();
    register = (): Promise<void> => this.keeper['register'](this.worker);
    renew = (): Promise<void> => this.keeper['renew']();
    stored = async () =>
      (await this.keeper['store'].all()).filter(({ subscription }) => subscription === name);
    take = (rows: Awaited<ReturnType<Process['stored']>>): Promise<void> =>
      this.keeper['store'].take(this.id, rows, LEASE_MS);

    get laneGroups(): number[] {
      return this.worker.currentLeases.map(({ laneGroup }) => laneGroup);
    }

    /** Its connections break, as when it is killed. */
    async die(): Promise<void> {
      await this.connection.end().catch(() => undefined);
    }
  }

  const start = async (): Promise<Process> => {
    const started = await new Process().connect();
    await started.register();
    return started;
  };

  const rows = async (): Promise<Row[]> =>
    (
      await admin.query<Row>(
        `select lane_group, owner, epoch, tick, leased_until > clock_timestamp() as leased from shipping.subscription_positions
         where subscription = $1 order by lane_group`,
        [name],
      )
    ).rows;
  const change = (what: string): Promise<unknown> =>
    admin.query(`update shipping.subscription_positions set ${what} where subscription = $1`, [name]);
  const RUN_OUT = `leased_until = clock_timestamp() - interval '1 second'`;

  beforeAll(async () => {
    test = await openTestDatabase([MODULE]);
    admin = new Client({ connectionString: test.adminUrl });
    await admin.connect();
  });

  beforeEach(() => {
    name = `shipping.test-${uuidv7()}`;
  });

  afterEach(async () => {
    await Promise.all(processes.splice(0).map((each) => each.die()));
    await admin.query('delete from shipping.subscription_workers');
  });

  afterAll(async () => {
    await admin.end();
    await test.close();
  });

  it('are shared: the first one gives up what is too much for its share', async () => {
    const [first, second] = [await start(), await start()];
    await first.look();
    expect(first.laneGroups).toEqual([0, 1, 2, 3]);
    await second.look();
    expect(second.laneGroups).toEqual([]);
    await first.look();
    expect(first.laneGroups).toEqual([0, 1]);
    await second.look();
    expect(second.laneGroups).toEqual([2, 3]);
    expect((await rows()).map(({ owner }) => owner)).toEqual([first.id, first.id, second.id, second.id]);
  });

  it('begin a new epoch with each change of hands, so that a batch that still runs is fenced', async () => {
    const [first, second] = [await start(), await start()];
    await first.look();
    const taken = await rows();
    expect(taken.map(({ epoch }) => Number(epoch) > 0)).toEqual([true, true, true, true]);
    await second.look();
    await first.look();
    const given = await rows();
    expect(given.map(({ epoch }, index) => Number(epoch) - Number(taken[index].epoch))).toEqual([0, 0, 1, 1]);
    await second.look();
    const takenOver = await rows();
    expect(takenOver.map(({ epoch }, index) => Number(epoch) - Number(given[index].epoch))).toEqual([
      0, 0, 1, 1,
    ]);
  });

  it('of a process that is killed are taken over before they end', async () => {
    const [first, second] = [await start(), await start()];
    await first.look();
    expect((await rows()).every(({ leased }) => leased)).toBe(true);
    await first.die();
    await second.look();
    expect(second.laneGroups).toEqual([0, 1, 2, 3]);
  });

  it('of a process that lives are left to it as long as they last, and no longer', async () => {
    const [first, second] = [await start(), await start()];
    await first.look();
    await second.take(await second.stored());
    expect((await rows()).map(({ owner }) => owner)).toEqual(Array(4).fill(first.id));
    await change(RUN_OUT);
    await second.look();
    expect(second.laneGroups).toEqual([0, 1]);
  });

  it('that were renewed after another process had found them free stay where they are', async () => {
    const [first, second] = [await start(), await start()];
    await first.look();
    await change(RUN_OUT);
    const found = await second.stored();
    expect(found.map(({ free }) => free)).toEqual([true, true, true, true]);
    await first.renew();
    await second.take(found);
    expect((await rows()).map(({ owner, leased }) => ({ owner, leased }))).toEqual(
      Array(4).fill({ owner: first.id, leased: true }),
    );
  });

  it('that changed hands and came back are not renewed by what the process held before', async () => {
    const first = await start();
    await first.look();
    await change(`epoch = epoch + 1, ${RUN_OUT}`);
    await first.renew();
    expect((await rows()).map(({ leased }) => leased)).toEqual([false, false, false, false]);
  });

  it('of another owner are not renewed, whatever their epoch', async () => {
    const first = await start();
    await first.look();
    await change(`owner = gen_random_uuid(), ${RUN_OUT}`);
    await first.renew();
    expect((await rows()).map(({ leased }) => leased)).toEqual([false, false, false, false]);
  });

  it('are renewed with how far was read, and not where the position is no longer the one that was read', async () => {
    const first = await start();
    await first.look();
    const read = { generation: 1, tick: 5n, seq: 0n };
    for (const lease of first.worker.currentLeases) lease.scanned = read;
    await admin.query(
      `update shipping.subscription_positions set tick = 9 where subscription = $1 and lane_group = 3`,
      [name],
    );
    await first.renew();
    expect((await rows()).map(({ tick }) => tick)).toEqual(['5', '5', '5', '9']);
  });

  it('let a batch move a position from where was read to, and from nowhere else', async () => {
    const first = await start();
    await first.look();
    const leases = first.worker.currentLeases;
    const unitOfWork = test.unitOfWork();
    const moveTo = (tick: bigint): Promise<void> =>
      unitOfWork.run(MODULE, () =>
        new PositionStore(unitOfWork.manager).move(leases, { generation: 1, tick, seq: 0n }, LEASE_MS),
      );
    // An operator has set it to another place.
    await change('tick = 9');
    await expect(moveTo(12n)).rejects.toThrow(FencedError);
    expect((await rows()).map(({ tick }) => tick)).toEqual(['9', '9', '9', '9']);
    for (const lease of leases) lease.scanned = { generation: 1, tick: 10n, seq: 0n };
    await moveTo(12n);
    expect((await rows()).map(({ tick }) => tick)).toEqual(['12', '12', '12', '12']);
  });

  it('are given back at the end, for the next process to take at once', async () => {
    const [first, second] = [await start(), await start()];
    await first.look();
    await first.keeper.stop();
    expect((await rows()).map(({ owner, leased }) => ({ owner, leased }))).toEqual(
      Array(4).fill({ owner: null, leased: false }),
    );
    await second.look();
    expect(second.laneGroups).toEqual([0, 1, 2, 3]);
  });

  it('need as many lane groups as are stored', async () => {
    await start();
    const other = await new Process(3).connect();
    await expect(other.register()).rejects.toThrow(
      /stored with 4 lane groups and declared with 3.*give the subscription a new name/s,
    );
  });
});
