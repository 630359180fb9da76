import request from 'supertest';
import { setTimeout as sleep } from 'node:timers/promises';
import { invariants } from '../../src/invariants/invariants';
import { rolePassword, withLogin } from '../../src/platform/database/roles';
import { nameOf, type DatabaseTarget } from '../../src/platform/placement/database-target';
import { checkInvariants } from '../../src/platform/cli/check-invariants/check-invariants';
import type { TestApplication } from '../support/application';
import { eventually } from '../support/eventually';
import { HostProcess } from '../support/host-process';
import { moduleNames } from '../support/modules';
import { describeWithNats, NatsServer } from '../support/nats-server';
import { OpsFront } from '../support/ops-front';
import { PATIENT } from '../support/patient';
import { Shop } from '../support/shop';
import { startTestServer } from '../support/test-server';
import { MODULE, newPlace, removePlace, SECRET } from './places';
import { runTool } from './tool';

const ALL = [...moduleNames].sort();
const OTHERS = ALL.filter((module) => module !== MODULE);
/** Between two requests of one kind. */
const PAUSE_MS = 50;

describeWithNats('shipping leaves a running process for another one, and comes back', () => {
  let nats: NatsServer;
  let other: Awaited<ReturnType<typeof startTestServer>>;
  let home: DatabaseTarget;
  let away: DatabaseTarget;
  let main: HostProcess;
  let standby: HostProcess;
  let ops: OpsFront;
  let shop: Shop;

  beforeAll(async () => {
    [nats, other] = await Promise.all([NatsServer.start(), startTestServer()]);
    [home, away] = [newPlace(), newPlace(other.adminUrl)];
    const shared = {
      DATABASE_ROLE_SECRET: SECRET,
      NATS_URL: nats.url,
      MESSAGING_POLL_INTERVAL_MS: '50',
      ...PATIENT,
    };
    main = await HostProcess.in({
      settings: { ...shared, DATABASE_URL: home.adminUrl, DATABASE_ADMIN_URL: home.adminUrl },
    });
    // Its database is not there yet, and it holds no login that could make it.
    standby = await HostProcess.in({
      settings: { ...shared, MODULES: MODULE, SHIPPING_DATABASE_URL: away.adminUrl },
    });
    await main.start();
    await standby.start();
    ops = await OpsFront.before([main, standby].map(({ opsUrl }) => ({ opsUrl, modules: [] })));
    let asked = 0;
    const api = (): request.Agent => request([main, standby][(asked += 1) % 2].url);
    shop = new Shop({ api, ops: () => request(`${ops.url}/ops/api`) } as unknown as TestApplication);
  });
  afterAll(async () => {
    ops?.close();
    await Promise.all([main?.terminate(), standby?.terminate()]);
    if (home) await removePlace(home);
    await other?.stop();
    await nats?.stop();
  });

  const hosted = async ({ opsUrl }: HostProcess): Promise<{ hosted: string[]; standsBy: string[] }> => {
    const { body } = await request(`${opsUrl}/ops/api`).get('/hosting').expect(200);
    const { hosted, standsBy } = body as { hosted: string[]; standsBy: { module: string; where: string }[] };
    return { hosted: hosted.sort(), standsBy: standsBy.map(({ module, where }) => `${module}, ${where}`) };
  };
  const bothHost = (here: { main: object; standby: object }): Promise<void> =>
    eventually(
      async () => expect({ main: await hosted(main), standby: await hosted(standby) }).toEqual(here),
      60_000,
    );

  it('no request fails, every order comes to its end, and the books add up', async () => {
    await bothHost({
      main: { hosted: ALL, standsBy: [] },
      standby: {
        hosted: [],
        standsBy: [expect.stringMatching(`^${MODULE}, for which there is nothing in ${nameOf(away)} yet`)],
      },
    });

    const customerId = await shop.customer(100_000_000);
    const [goods, advice] = [await shop.goods(100, 100_000), await shop.service(100)];
    const traffic = new Traffic([main, standby], shop, { customerId, goods, advice });
    traffic.start();
    await traffic.goesOn();
    const inTraffic = async (direction: 'extract' | 'absorb'): Promise<void> => {
      const { code, noted, printed } = await runTool(direction, { home, away }, []);
      expect({ code, noted }).toMatchObject({ code: 0 });
      expect(noted).toContain(
        `a process has taken ${MODULE} up in ${nameOf(direction === 'extract' ? away : home)}`,
      );
      expect(printed).toContain('Nothing differs.');
    };

    await inTraffic('extract');
    // What the process says that its clients have waited is what a client has measured: not the moments in
    // which itself could not answer.
    const longest = traffic.longestForShipments(main) / 1_000;
    await eventually(() => expect(waitTold(main)).toBeGreaterThan(longest / 2), 30_000);
    await bothHost({
      main: { hosted: OTHERS, standsBy: [`${MODULE}, which lives in ${nameOf(away)}`] },
      standby: { hosted: [MODULE], standsBy: [] },
    });
    await traffic.goesOn();

    await inTraffic('absorb');
    await bothHost({
      main: { hosted: ALL, standsBy: [] },
      standby: { hosted: [], standsBy: [`${MODULE}, which lives in ${nameOf(home)}`] },
    });
    await traffic.goesOn();

    const { orders, waits } = await traffic.end();
    process.stderr.write(`live switch: ${orders} orders; the longest waits: ${waits}\n`);
    await shop.comesToRest();
    const verdicts = await checkInvariants({
      auditorUrl: withLogin(home.adminUrl, home.roles.auditor, rolePassword(SECRET, home.roles.auditor)),
      modules: moduleNames,
      invariants,
      patienceMs: 20_000,
    });
    expect(verdicts.flatMap(({ findings }) => findings)).toEqual([]);
  }, 240_000);
});

/** What a process has said last of how long requests waited for a change, in seconds. */
function waitTold({ lastWords }: HostProcess): number {
  const told = [...lastWords.matchAll(/requests waited for ([\d.]+) s/g)];
  return Number(told.at(-1)?.[1] ?? Number.NaN);
}

const shipmentsAt = (url: string): string => `GET ${url}/shipments`;

/** Requests of several kinds to both processes, one after the other of each kind, until they are stopped. */
class Traffic {
  private readonly stopping = new AbortController();
  private readonly waits = new Map<string, number>();
  private running: Promise<void>[] = [];
  private orders = 0;

  constructor(
    private readonly processes: readonly HostProcess[],
    private readonly shop: Shop,
    private readonly known: { customerId: string; goods: string; advice: string },
  ) {}

  start(): void {
    const { customerId, goods, advice } = this.known;
    const order = { customerId, currency: 'GBP', lines: [{ itemId: advice, quantity: 1 }] };
    this.running = [
      this.again('an order from beginning to end', async () => {
        await this.shop.complete(await this.shop.placed(customerId, { itemId: goods, quantity: 1 }));
        this.orders += 1;
      }),
      ...this.processes.flatMap(({ url }) => [
        this.again(shipmentsAt(url), () => this.ask(`${url}/shipments?limit=1`)),
        this.again('GET /orders', () => this.ask(`${url}/orders?customerId=${customerId}&limit=1`)),
        this.again('POST /orders', () => this.ask(`${url}/orders`, order)),
      ]),
    ];
    for (const run of this.running) run.catch(() => this.stopping.abort());
  }

  /** Until some more orders have come to their end. */
  async goesOn(): Promise<void> {
    const before = this.orders;
    while (this.orders < before + 3 && !this.stopping.signal.aborted) await sleep(20);
    if (this.stopping.signal.aborted) await Promise.all(this.running);
  }

  /** Fails where any request has. */
  async end(): Promise<{ orders: number; waits: string }> {
    this.stopping.abort();
    await Promise.all(this.running);
    return {
      orders: this.orders,
      waits: [...this.waits].map(([what, ms]) => `${what} ${(ms / 1_000).toFixed(2)} s`).join(', '),
    };
  }

  /** In milliseconds. */
  longestForShipments({ url }: HostProcess): number {
    return this.waits.get(shipmentsAt(url)) ?? 0;
  }

  private async again(what: string, work: () => Promise<void>): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const begun = performance.now();
      await work();
      this.waits.set(what, Math.max(this.waits.get(what) ?? 0, performance.now() - begun));
      await sleep(PAUSE_MS);
    }
  }

  /** Over connections that are kept. */
  private async ask(url: string, body?: object): Promise<void> {
    const answer = await fetch(url, {
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(`${body ? 'POST' : 'GET'} ${url} was answered with ${answer.status}: ${text}`);
  }
}
