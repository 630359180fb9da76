import { startClusters } from './clusters';
import { buildForTests } from './build-for-tests';
import { removeLeftovers } from './test-server';

/** Two servers for the acceptance suite beyond one process. */
export default async function clustersSetup(): Promise<void> {
  buildForTests();
  await removeLeftovers();
  (globalThis as { stopClusters?: () => Promise<void> }).stopClusters = await startClusters();
}
