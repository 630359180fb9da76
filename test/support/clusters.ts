import { withClient } from '../../src/platform/database/admin-client';
import { startTestServer } from './test-server';
import type { ClusterName } from './topologies';

/** How many transactions at least are between the counters of the two. */
const FAR = 500_000n;

const variableOf = (cluster: ClusterName): string => `SEAMLINE_TEST_${cluster.toUpperCase()}_URL`;

/** Starts both servers for a run of tests; answers how to stop them. */
export async function startClusters(): Promise<() => Promise<void>> {
  const [early, late] = await Promise.all([startTestServer(), startTestServer()]);
  process.env[variableOf('early')] = early.adminUrl;
  process.env[variableOf('late')] = late.adminUrl;
  return async () => void (await Promise.all([early.stop(), late.stop()]));
}

/** The superuser's login to a server of this run. */
export function clusterUrl(cluster: ClusterName): string {
  const url = process.env[variableOf(cluster)];
  if (!url)
    throw new Error(
      `There is no cluster "${cluster}". Run the acceptance suite through Jest's projects or npm run acceptance.`,
    );
  return url;
}

/** Makes sure that `late` is far ahead of `early`: some hundred thousand transactions take a second. */
export async function keepClustersApart(): Promise<void> {
  const missing = (await counterOf('early')) + FAR - (await counterOf('late'));
  if (missing > 0n) {
    await withClient(clusterUrl('late'), 'test', (client) =>
      client.query(
        `do $$ begin for i in 1..${missing + FAR} loop perform pg_current_xact_id(); commit; end loop; end $$`,
      ),
    );
  }
  const [early, late] = [await counterOf('early'), await counterOf('late')];
  if (late - early < FAR)
    throw new Error(
      `The transaction counters of the clusters are ${early} and ${late}, which is not far apart.`,
    );
}

const counterOf = (cluster: ClusterName): Promise<bigint> =>
  withClient(clusterUrl(cluster), 'test', async (client) => {
    const { rows } = await client.query<{ counter: string }>('select pg_current_xact_id()::text as counter');
    return BigInt(rows[0].counter);
  });
