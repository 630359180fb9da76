import { describeWithNats } from './nats-server';
import { topologyOfThisRun } from './topologies';

// Seven processes and three brokers take their time to start on a machine with two cores.
jest.setTimeout(180_000);

// The files of the acceptance suite know nothing of topologies: where this one needs a broker and there is
// none, all their tests count as skipped.
if (topologyOfThisRun().brokers > 0) globalThis.describe = describeWithNats;
