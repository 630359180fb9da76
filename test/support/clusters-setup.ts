import { startClusters } from './clusters';
import { removeLeftovers } from './test-server';

/** Two servers for the acceptance suite beyond one process. */
export default async function clustersSetup(): Promise<void> {
  await removeLeftovers();
  (globalThis as { stopClusters?: () => Promise<void> }).stopClusters = await startClusters();
}
