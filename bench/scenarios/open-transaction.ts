import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { peers, settingsOf } from '../contestants/all';
import type { Contestant } from '../contestants/contestant';
import { seamline } from '../contestants/seamline/seamline';
import { Ledger } from '../harness/ledger';
import { KEYS, messageOf } from '../harness/message';
import { atLeast, type Column, type Outcome, type Row } from '../harness/outcome';
import type { Bench, Scenario } from '../harness/scenario';
import { onFreshDatabase } from '../harness/stage';

const ROUNDS = 6;
const PER_TRANSACTION = 1_000;
const PER_SECOND = 2_000;
/** Of a turn's length: some contestants come to a stand, and every round is as long as it may be. */
const LIMIT_SHARE = 0.5;

const COLUMNS: readonly Column[] = [
  { key: 'rate', title: 'messages', unit: '/s', show: 'median' },
  { key: 'first', title: 'round 1', unit: '/s', show: 'median' },
  { key: 'last', title: `round ${ROUNDS}`, unit: '/s', show: 'median' },
  { key: 'kept', title: 'kept', unit: '%', show: 'median' },
  { key: 'waiting', title: 'not handled at the end', show: 'worst' },
  { key: 'doubled', title: 'doubled', show: 'worst' },
];

const CONTESTANTS = [seamline, ...peers];

export const openTransaction: Scenario = {
  name: 'open-transaction',
  title: 'While a foreign transaction stays open',
  about: `Before anything is published, another client begins a transaction, writes and stays. Then ${ROUNDS} rounds follow on the same tables: messages are published in bulk and consumed at the same time. What a contestant deletes or updates cannot be cleaned away meanwhile. A round ends when everything was handled, or when half a turn's time is up.`,

  async run(bench: Bench): Promise<Outcome> {
    const rows: Row[] = [];
    for (const contestant of CONTESTANTS) {
      rows.push(
        await onFreshDatabase(bench, contestant, (url) =>
          besideAnOpenTransaction(url, () => measure(bench, contestant, url)),
        ),
      );
    }
    const kept = rows.find(({ contestant }) => contestant === seamline.name)?.figures.kept[0] ?? 0;
    return {
      tables: [
        {
          id: 'open-transaction',
          title: openTransaction.title,
          columns: COLUMNS,
          rows,
          plot: { kind: 'lines-over-rounds', column: 'rate' },
        },
      ],
      verdicts: [atLeast(`The rate of round ${ROUNDS} beside that of round 1`, 90, kept, '%')],
      notes: settingsOf(CONTESTANTS, 'drain'),
    };
  },
};

async function besideAnOpenTransaction<T>(url: string, work: () => Promise<T>): Promise<T> {
  const foreign = new Client({ connectionString: url });
  foreign.on('error', () => undefined);
  await foreign.connect();
  try {
    await foreign.query('begin isolation level repeatable read');
    await foreign.query('create table somebody_elses (x int)');
    return await work();
  } finally {
    await foreign.end();
  }
}

async function measure(bench: Bench, contestant: Contestant, url: string): Promise<Row> {
  const perRound = Math.ceil((PER_SECOND * bench.seconds) / PER_TRANSACTION) * PER_TRANSACTION;
  const ledger = new Ledger(perRound * ROUNDS);
  const consumer = await contestant.consume?.(url, {
    ordered: false,
    effect: false,
    acknowledgement: contestant.offers.has('batch') ? 'batch' : 'message',
    prompt: false,
    see: (message) => ledger.see(message),
  });
  const publisher = await contestant.openPublisher(url, { connections: 2, ordered: false });
  const rates: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      bench.progress(`${contestant.name}, round ${round + 1} of ${ROUNDS}`);
      const before = ledger.distinct;
      const begin = performance.now();
      for (let first = round * perRound; first < (round + 1) * perRound; first += PER_TRANSACTION) {
        const messages = Array.from({ length: PER_TRANSACTION }, (_, place) => {
          const number = first + place;
          return messageOf(number, number % KEYS, Math.floor(number / KEYS) + 1);
        });
        await publisher.publishMany(messages);
      }
      const limit = begin + LIMIT_SHARE * 1_000 * bench.seconds;
      while (ledger.distinct < (round + 1) * perRound && performance.now() < limit) await sleep(5);
      rates.push((ledger.distinct - before) / ((performance.now() - begin) / 1_000));
    }
  } finally {
    await consumer?.stop();
    await publisher.close();
  }
  const [first, last] = [rates[0], rates[ROUNDS - 1]];
  const { lost, doubled } = ledger.faults(perRound * ROUNDS);
  const kept = first > 0 ? (last / first) * 100 : 0;
  return {
    contestant: contestant.name,
    variant: '',
    figures: { rate: rates, first: [first], last: [last], kept: [kept], waiting: [lost], doubled: [doubled] },
  };
}
