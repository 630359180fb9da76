import { Stage } from './stage';

let template: Promise<Stage> | undefined;

/**
 * A stage whose database is made and migrated already, which takes longer than a trial: a copy of the first
 * one.
 */
export async function migratedStage(): Promise<Stage> {
  // One that could not be made is tried again at the next call.
  template ??= make().catch((error: unknown) => {
    template = undefined;
    throw error;
  });
  const original = await template;
  const stage = new Stage();
  await (await original.database()).copyTo(await stage.database());
  return stage;
}

/** Removes what the copies were made of. */
export async function clearTemplate(): Promise<void> {
  await (await template)?.clear();
  template = undefined;
}

async function make(): Promise<Stage> {
  const stage = new Stage();
  try {
    const host = await stage.addHost();
    await host.start();
    await host.terminate();
    return stage;
  } catch (error) {
    await stage.clear();
    throw error;
  }
}
