import { startClusters } from '../../support/clusters';

let stop: Promise<() => Promise<void>> | undefined;

/**
 * Makes sure that the two database servers run which all apart set-ups of a campaign share; each stage has
 * databases of its own on them.
 */
export async function sharedClusters(): Promise<void> {
  // Servers that could not be started are tried again at the next call.
  stop ??= startClusters().catch((error: unknown) => {
    stop = undefined;
    throw error;
  });
  await stop;
}

/** Stops them and removes their files. */
export async function stopClusters(): Promise<void> {
  const stopping = stop;
  stop = undefined;
  await (
    await stopping
  )?.();
}
