import { Client } from 'pg';
import { dependenciesOf } from './dependencies';
import { IndexQueue } from './index-queue';
import { rowsWritten } from './recorded-line';
import type { Transaction } from './recording';

export interface ReplayResult {
  seconds: number;
  /** Rows inserted, changed or deleted, to be compared with the recording. */
  written: number;
  failed: number;
}

/** The connections that sent a recording, opened again: as many for each role, with the same options. */
export class Replay {
  private readonly clients = new Map<string, Client[]>();

  private constructor() {}

  static async connect(
    transactions: readonly Transaction[],
    urlOf: (role: string) => string,
  ): Promise<Replay> {
    const replay = new Replay();
    const seen = new Set<number>();
    for (const transaction of transactions) {
      if (seen.has(transaction.connection)) continue;
      seen.add(transaction.connection);
      const client = new Client({
        connectionString: urlOf(transaction.role),
        options: transaction.options,
        application_name: 'replay',
      });
      await client.connect();
      const place = placeOf(transaction);
      replay.clients.set(place, [...(replay.clients.get(place) ?? []), client]);
    }
    return replay;
  }

  get connections(): number {
    return [...this.clients.values()].flat().length;
  }

  /**
   * Sends everything as fast as the connections take it, the earliest first, each transaction after those it
   * needs.
   */
  async run(transactions: readonly Transaction[]): Promise<ReplayResult> {
    const needs = dependenciesOf(transactions);
    const missing = needs.map((needed) => needed.length);
    const neededBy: number[][] = transactions.map(() => []);
    needs.forEach((needed, index) => needed.forEach((other) => neededBy[other].push(index)));
    const ready = new Map<string, IndexQueue>(
      [...this.clients.keys()].map((place) => [place, new IndexQueue()]),
    );
    const idle = new Map([...this.clients].map(([place, clients]) => [place, [...clients]]));
    let left = transactions.length;
    let written = 0;
    let failed = 0;
    const begin = performance.now();
    await new Promise<void>((resolve, reject) => {
      const start = (place: string): void => {
        const queue = ready.get(place);
        const clients = idle.get(place);
        while (queue && clients && queue.size > 0 && clients.length > 0) {
          const index = queue.take();
          const client = clients.pop() as Client;
          send(client, transactions[index]).then((result) => {
            written += result.written;
            failed += result.failed;
            clients.push(client);
            left -= 1;
            if (left === 0) resolve();
            const woken = new Set([place]);
            for (const next of neededBy[index]) if ((missing[next] -= 1) === 0) woken.add(offer(next));
            woken.forEach(start);
          }, reject);
        }
      };
      const offer = (index: number): string => {
        const place = placeOf(transactions[index]);
        ready.get(place)?.add(index);
        return place;
      };
      if (left === 0) resolve();
      missing.forEach((count, index) => count === 0 && offer(index));
      [...ready.keys()].forEach(start);
    });
    return { seconds: (performance.now() - begin) / 1_000, written, failed };
  }

  async close(): Promise<void> {
    await Promise.all([...this.clients.values()].flat().map((client) => client.end()));
  }
}

const placeOf = ({ role, options }: Transaction): string => `${role} ${options ?? ''}`;

/** One after the other, as the application does. What fails was meant to fail, or the count shows it. */
async function send(
  client: Client,
  { statements }: Transaction,
): Promise<{ written: number; failed: number }> {
  let written = 0;
  let failed = 0;
  for (const { text, name, values } of statements) {
    try {
      const result = await client.query({ text, name, values });
      written += [result].flat().reduce((sum, each) => sum + rowsWritten(each), 0);
    } catch {
      failed += 1;
    }
  }
  return { written, failed };
}
