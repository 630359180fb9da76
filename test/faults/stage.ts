import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopLeftServers } from '../../src/demo/left-servers';
import type { Plan } from '../../src/demo/plan';
import { invariants } from '../../src/invariants/invariants';
import { withClient } from '../../src/platform/database/admin-client';
import { otherPlaceFor } from '../../src/platform/database/embedded/data-folder';
import { checkInvariants } from '../../src/platform/ops/check-invariants/check-invariants';
import { moduleNames } from '../support/modules';
import { Balancer } from './balancer';
import { unequalEffects } from './effects';
import { EmbeddedDatabase } from './embedded-database';
import { HostProcess } from './host-process';
import { Load } from './load';

/** Found and removed by the next run of the tests when this one is killed. */
const PREFIX = `seamline-test-${process.pid}-`;
const PATIENCE_MS = 10_000;
const MOST_PROBLEMS = 40;

/** A data folder with the processes, clients and proxies of one trial. `clear` leaves nothing of them. */
export class Stage {
  readonly dataDir = realpathSync(mkdtempSync(join(tmpdir(), PREFIX)));
  readonly hosts: HostProcess[] = [];
  private readonly closing: { close(): void }[] = [];

  constructor() {
    // Under root the database server runs as another user, who has to get through to its own folder.
    chmodSync(this.dataDir, 0o711);
  }

  /** One more process on the same data; not started yet. */
  async addHost(settings: Readonly<Record<string, string>> = {}): Promise<HostProcess> {
    const host = await HostProcess.on(this.dataDir, settings);
    this.hosts.push(host);
    return host;
  }

  /** The load on all processes added so far. */
  async load(plan: Plan, concurrency: number): Promise<Load> {
    const balancer = await Balancer.over(this.hosts.map(({ port }) => port));
    const load = new Load(balancer.url, plan, concurrency);
    this.closing.push(load, balancer);
    return load;
  }

  database(): Promise<EmbeddedDatabase> {
    return EmbeddedDatabase.in(this.dataDir);
  }

  /** Asks the database as the login that may read everything and change nothing. */
  async askAsAuditor<Row extends object>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const url = await (await this.database()).auditorUrl();
    return withClient(url, 'fault test', async (client) => (await client.query<Row>(sql, parameters)).rows);
  }

  /** Waits for the load; its failure also tells what the processes had to say. */
  async outcomeOf(playing: Promise<void>): Promise<void> {
    await playing.catch((error: Error) => {
      throw new Error(`${error.message}\n${this.lastWords}`, { cause: error });
    });
  }

  /** Throws when anything is wrong now that the load is over: by the demo's figures, or by the database as the auditor sees it. */
  async expectAllIsWell(load: Load, opsUrl: string): Promise<void> {
    const problems = await this.problems(load, opsUrl);
    if (problems.length > 0) throw new Error(`${problems.slice(0, MOST_PROBLEMS).join('\n')}\n${this.lastWords}`);
  }

  async clear(): Promise<void> {
    for (const each of this.closing) each.close();
    await Promise.all(this.hosts.map((host) => host.kill()));
    for (const folder of [this.dataDir, otherPlaceFor(this.dataDir)]) {
      await stopLeftServers(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    }
  }

  private async problems(load: Load, opsUrl: string): Promise<string[]> {
    const { atRest, differences } = await load.reconcile(opsUrl);
    const auditorUrl = await (await this.database()).auditorUrl();
    const verdicts = await checkInvariants({ auditorUrl, modules: moduleNames, invariants, patienceMs: PATIENCE_MS });
    return [
      ...(atRest ? [] : ['it did not come to rest']),
      ...differences.map(({ field, expected, found }) => `${field} is ${found}, and the file says ${expected}`),
      ...verdicts.flatMap(({ sentence, findings }) => findings.map(({ id, problem }) => `not true that ${sentence}: ${id}: ${problem}`)),
      ...(await unequalEffects(auditorUrl)),
    ];
  }

  private get lastWords(): string {
    return this.hosts.map(({ port, lastWords }) => `--- process on port ${port}:\n${lastWords}`).join('\n');
  }
}
