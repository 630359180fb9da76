import { setTimeout as sleep } from 'node:timers/promises';
import { contestants, peers, settingsOf } from '../contestants/all';
import type { Contestant } from '../contestants/contestant';
import { seamlineApart } from '../contestants/seamline/seamline';
import { FAULTS } from '../harness/columns';
import { Ledger } from '../harness/ledger';
import { KEYS, messageOf } from '../harness/message';
import { atMost, type Column, type Outcome } from '../harness/outcome';
import type { Bench, Scenario } from '../harness/scenario';
import { onFreshDatabase } from '../harness/stage';
import { median, percentile } from '../harness/statistics';
import { takeTurns, valuesOf } from '../harness/turns';

const RATES = [200, 500];
const CONNECTIONS = 8;
const WARM_UP_MS = 1_000;
/** Of a turn's length. */
const SHARE = 0.4;
/**
 * For what is still on its way when the last message has been published: longer than any lock after which a
 * message is tried again.
 */
const AFTERWARDS_MS = 10_000;

const COLUMNS: readonly Column[] = [
  { key: 'p50', title: 'p50', unit: 'ms', decimals: 1, show: 'median' },
  { key: 'p99', title: 'p99', unit: 'ms', decimals: 1, show: 'median' },
  ...FAULTS,
];

const PROMPT = [...contestants.filter(({ offers }) => offers.has('prompt')), seamlineApart];

export const latency: Scenario = {
  name: 'latency',
  title: 'From the commit to the handler',
  about: `A business update and a message in one transaction, ${RATES.join(' or ')} times a second, evenly; publisher and consumer in one process, the consumer with the settings that make it soon. The time from the end of the commit, as the publisher sees it, to the handler's first line. The first second does not count.`,

  async run(bench: Bench): Promise<Outcome> {
    const entries = RATES.flatMap((rate) =>
      PROMPT.map((contestant) => ({ contestant, rate, variant: `${rate}/s` })),
    );
    const rows = await takeTurns(bench, entries, ({ contestant, rate }) =>
      onFreshDatabase(bench, contestant, (url) => turn(bench, contestant, url, rate)),
    );
    const verdicts = entries
      .filter(({ contestant }) => contestant.name === 'seamline')
      .flatMap(({ variant }) =>
        ['p50', 'p99'].map((key) => {
          const best = Math.min(
            ...peers.map(({ name }) => median(valuesOf(rows, key, { contestant: name, variant }))),
          );
          const ours = median(valuesOf(rows, key, { contestant: 'seamline', variant }));
          return atMost(
            `From the commit to the handler, ${variant}, ${key}, beside the best peer's`,
            round(best),
            ours,
            'ms',
          );
        }),
      );
    return {
      tables: [
        {
          id: 'latency',
          title: latency.title,
          columns: COLUMNS,
          rows,
          plot: { kind: 'spans', column: 'p99' },
        },
      ],
      verdicts,
      notes: settingsOf(PROMPT, 'latency'),
    };
  },
};

const round = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;

async function turn(
  bench: Bench,
  contestant: Contestant,
  url: string,
  rate: number,
): Promise<Record<string, number>> {
  const count = Math.ceil(rate * (bench.seconds * SHARE + WARM_UP_MS / 1_000));
  const [committed, seen] = [new Float64Array(count), new Float64Array(count)];
  const ledger = new Ledger(count);
  const consumer = await contestant.consume?.(url, {
    ordered: false,
    effect: false,
    acknowledgement: 'batch',
    prompt: true,
    see: (message) => {
      seen[message.number] ||= performance.now();
      ledger.see(message);
    },
  });
  const publisher =
    consumer?.publisher ??
    (await contestant.openPublisher(url, { connections: CONNECTIONS, ordered: false }));
  try {
    const publications: Promise<void>[] = [];
    const begin = performance.now();
    for (let number = 0; number < count; number += 1) {
      await sleep(Math.max(0, begin + (number * 1_000) / rate - performance.now()));
      const message = messageOf(number, number % KEYS, Math.floor(number / KEYS) + 1);
      publications.push(
        publisher.publishWithUpdate(message).then(() => void (committed[number] = performance.now())),
      );
    }
    await Promise.all(publications);
    for (let waited = 0; ledger.distinct < count && waited < AFTERWARDS_MS; waited += 20) await sleep(20);
  } finally {
    await publisher.close();
    await consumer?.stop();
  }
  const first = Math.ceil((WARM_UP_MS / 1_000) * rate);
  // A handler may run before the publisher has heard of its own commit.
  const times = [...seen.keys()]
    .slice(first)
    .flatMap((number) => (seen[number] ? [Math.max(0, seen[number] - committed[number])] : []));
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), ...ledger.faults(count) };
}
