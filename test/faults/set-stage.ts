import { type Fault, PROCESSES, type SetUp } from './fault';
import { RigClient } from './load/rig-client';
import { RigRecord } from './load/rig-record';
import { openShop, type Shop } from './load/shop';
import { noteEffects } from './stage/effects';
import type { Stage } from './stage/stage';
import { migratedStage } from './stage/template';

/** A running application with goods to sell, and everything that was promised on this stage so far. */
export interface SetStage {
  readonly stage: Stage;
  readonly shop: Shop;
  readonly record: RigRecord;
}

/** Starts a database without any data and the processes of the set-up, and opens the shop. What began is cleared away when a part fails. */
export async function setStage(
  { host: { throughProxy = false, settings, preload } = {} }: Pick<Fault, 'host'>,
  setUp: SetUp,
): Promise<SetStage> {
  const stage = await migratedStage();
  try {
    const throughSettings = throughProxy ? await stage.startDatabaseBehindProxy() : {};
    const options = { settings: { ...settings, ...throughSettings }, preload };
    for (let index = 0; index < PROCESSES[setUp]; index += 1) await stage.addHost(options);
    await Promise.all(stage.hosts.map((host) => host.start()));
    return await openStage(stage);
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
  return { stage, shop, record };
}
