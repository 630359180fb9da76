import type { Page } from './harness/page';
import { drain } from './scenarios/drain';
import { drainInOrder } from './scenarios/drain-in-order';
import { growth } from './scenarios/growth';
import { handleWithUpdate } from './scenarios/handle-with-update';
import { latency } from './scenarios/latency';
import { liveMoves } from './scenarios/live-moves';
import { openTransaction } from './scenarios/open-transaction';
import { orders } from './scenarios/orders';
import { publishInBulk } from './scenarios/publish-in-bulk';
import { publishWithUpdate } from './scenarios/publish-with-update';

const benchmarks: Page = {
  name: 'benchmarks',
  title: 'Benchmarks',
  option: '',
  about: ({ rounds, seconds }) =>
    'one PostgreSQL server on the same machine for everybody, with the same settings and every commit flushed to the disk, ' +
    `${rounds} ${rounds === 1 ? 'round' : 'rounds'} of about ${seconds} s in which the contestants take turns. ` +
    'What is compared, how, and where contracts differ is told in [bench/README.md](../bench/README.md).',
  rounds: 5,
  hasContestants: true,
  scenarios: [
    publishWithUpdate,
    publishInBulk,
    drain,
    drainInOrder,
    handleWithUpdate,
    latency,
    openTransaction,
    orders,
    growth,
  ],
  grown: growth,
};

const moves: Page = {
  name: 'live-moves',
  title: 'A module leaves, and comes back, under load',
  option: '--only live-moves',
  about: ({ rounds }) =>
    'two PostgreSQL servers, a NATS server, two processes of the application and the load on the same machine, every commit and every message ' +
    `flushed to the disk, ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of moves there and back. ` +
    'How it is measured is told in [bench/README.md](../bench/README.md#live-moves), how to do it in [extraction.md](extraction.md).',
  rounds: 3,
  hasContestants: false,
  scenarios: [liveMoves],
};

/** The first is the default of a run. */
export const pages: readonly [Page, ...Page[]] = [benchmarks, moves];
