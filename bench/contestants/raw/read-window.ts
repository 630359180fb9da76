import type { BenchMessage } from '../../harness/message';
import type { Consumer } from '../contestant';
import { openPool } from '../pool';
import { windowPages } from './window';

/** The least that reading a log can cost: no position, no transaction of a consumer. */
export async function readWindow(url: string, see: (message: BenchMessage) => void): Promise<Consumer> {
  const pool = openPool(url, 1);
  let stopped = false;
  const reading = (async () => {
    const client = await pool.connect();
    try {
      for await (const page of windowPages(client)) {
        if (stopped) break;
        page.forEach(see);
      }
    } finally {
      client.release(true);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await reading;
      await pool.end();
    },
  };
}
