import { join } from 'node:path';
import { projectFolder } from '../../../src/demo/project-folder';
import { moduleNames } from '../../support/modules';
import { described, Mover } from '../../support/mover';
import { TopologyGround } from '../../support/test-ground';
import type { Topology } from '../../support/topologies';
import type { FaultHostOptions } from '../fault';
import { keepLedger } from '../instruments/ledger';
import { ApartStage } from './apart-stage';
import { endReplication } from './end-replication';
import { sharedClusters } from './shared-clusters';
import type { StagePlace } from './stage';

const MOVING = 'shipping';

/**
 * Two processes that were asked to host shipping: one with all other modules in their database, one alone in
 * its own. Shipping lives in one of the two databases at a time, and `mover` takes it to the other.
 */
export class MovingStage extends ApartStage {
  private readonly home = this.urlOf('orders');
  private readonly away = this.urlOf(MOVING);
  private readonly tool = this.keep(
    new Mover(MOVING, {
      ...this.sharedBy([MOVING]),
      DATABASE_URL: this.home,
      DATABASE_ADMIN_URL: this.home,
      SHIPPING_DATABASE_URL: this.away,
      SHIPPING_DATABASE_ADMIN_URL: this.away,
      ...preloadedWith(this.hostOptions),
    }),
  );

  /** With its processes, none of them started yet. */
  static async begin(topology: Topology, asked: FaultHostOptions = {}): Promise<MovingStage> {
    const { settings, ...options } = asked;
    await sharedClusters();
    const stage = new MovingStage(topology, await TopologyGround.open(topology), asked);
    const [main, own] = topology.processes;
    const { home, away } = stage;
    await stage.addHost({
      ...options,
      settings: { ...stage.sharedBy(main), DATABASE_URL: home, DATABASE_ADMIN_URL: home, ...settings },
    });
    // With an administrator's login it would make a place of its own.
    await stage.addHost({
      ...options,
      settings: { ...stage.sharedBy(own), MODULES: MOVING, SHIPPING_DATABASE_URL: away, ...settings },
    });
    return stage;
  }

  override get keepsLedger(): boolean {
    return true;
  }

  override get mover(): Mover {
    return this.tool;
  }

  override get places(): readonly StagePlace[] {
    const [home, away] = super.places;
    return [{ ...home, modules: moduleNames }, away];
  }

  /** Makes both places, so that the rig can look at them and note what happens there. */
  override async settle(): Promise<void> {
    const first = await this.tool.run('extract');
    if (first.code !== 0) throw new Error(`The first extraction ended with ${described(first)}`);
    const [home] = this.places;
    await this.askAsSuperuser(whereItLives(home.server));
    await keepLedger(this);
  }

  override async clear(): Promise<void> {
    this.tool.close();
    await endReplication(super.places).catch((error: Error) =>
      console.error(`What is left of a move stays: ${error.message}`),
    );
    await super.clear();
  }

  /**
   * The settings that are not about databases, with the login to the brokers of a process with these modules.
   */
  private sharedBy(modules: readonly string[]): Record<string, string> {
    const { DATABASE_ROLE_SECRET, NATS_URL } = this.ground.settingsFor(modules);
    return { DATABASE_ROLE_SECRET, NATS_URL };
  }

  private urlOf(module: string): string {
    return this.ground.settingsFor([module])[`${module.toUpperCase()}_DATABASE_URL`];
  }
}

/**
 * What is loaded before the processes of the application is loaded before the tool too, with the settings
 * that it goes by.
 */
function preloadedWith({ preload = [], settings = {} }: FaultHostOptions): Record<string, string> {
  if (preload.length === 0) return {};
  return {
    ...settings,
    NODE_OPTIONS: preload.map((file) => `--require ${join(projectFolder(), file)}`).join(' '),
  };
}

/**
 * Where all modules' tables are seen side by side, those of the moving one are seen in the place that it
 * lives in.
 */
const whereItLives = (homeServer: string): string => `
  alter schema ${MOVING} rename to ${MOVING}_away;
  create schema ${MOVING}_home;
  import foreign schema ${MOVING} from server ${homeServer} into ${MOVING}_home;
  create schema ${MOVING};
  do $block$
  declare name text;
  begin
    for name in select foreign_table_name from information_schema.foreign_tables where foreign_table_schema = '${MOVING}_home' loop
      execute format(
        'create view ${MOVING}.%1$I as select * from ${MOVING}_home.%1$I where (select state <> ''moved'' from ${MOVING}_home.placement)
         union all select * from ${MOVING}_away.%1$I where (select state = ''moved'' from ${MOVING}_home.placement)', name);
    end loop;
  end $block$`;
