import type { Fault, FaultHostOptions } from './fault';
import { RigClient } from './load/rig-client';
import { RigRecord } from './load/rig-record';
import { openShop, type Shop } from './load/shop';
import { untilUp } from './patience/wait';
import { isApart, type SetUp, topologyOf } from './set-ups';
import { ApartStage } from './stage/apart-stage';
import { noteEffects } from './stage/effects';
import { MovingStage } from './stage/moving-stage';
import type { Stage } from './stage/stage';
import { migratedStage } from './stage/template';

/** A running application with goods to sell, and everything that was promised on this stage so far. */
export interface SetStage {
  readonly stage: Stage;
  readonly shop: Shop;
  readonly record: RigRecord;
  /** Played on it so far. */
  trials: number;
}

/**
 * Starts databases without any data and the processes of the set-up, and opens the shop. What began is
 * cleared away when a part fails.
 */
export async function setStage({ host = {} }: Pick<Fault, 'host'>, setUp: SetUp): Promise<SetStage> {
  const stage = await stageOf(setUp, host);
  try {
    for (const host of stage.hosts) host.launch();
    await untilUp(stage);
    await stage.settle();
    return await openStage(stage);
  } catch (error) {
    await stage.clear();
    throw error;
  }
}

function stageOf(setUp: SetUp, host: FaultHostOptions): Promise<Stage> {
  if (setUp === 'shipping-moving') return MovingStage.begin(topologyOf(setUp), host);
  return isApart(setUp) ? ApartStage.of(topologyOf(setUp), host) : onOneDatabase(setUp, host);
}

/** Processes that all host everything. */
async function onOneDatabase(
  setUp: SetUp,
  { throughProxy = false, settings, ...options }: FaultHostOptions,
): Promise<Stage> {
  const stage = await migratedStage();
  try {
    const throughSettings = throughProxy ? await stage.startDatabaseBehindProxy() : {};
    for (const _ of topologyOf(setUp).processes)
      await stage.addHost({ ...options, settings: { ...settings, ...throughSettings } });
    return stage;
  } catch (error) {
    await stage.clear();
    throw error;
  }
}

/** Opens the shop on a stage whose processes run, and notes every effect from now on. */
export async function openStage(stage: Stage): Promise<SetStage> {
  await noteEffects(stage);
  const record = new RigRecord();
  const client = stage.keep(new RigClient(await stage.address()));
  const shop = await openShop(client, record);
  return { stage, shop, record, trials: 0 };
}
