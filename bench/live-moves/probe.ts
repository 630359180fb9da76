import { ApiClient } from '../../src/demo/api-client';
import type { SeenRequests } from './seen-requests';

/** Between two questions. */
const EVERY_MS = 50;
const QUESTION = '/shipments?limit=1';

/**
 * Asks a process for a shipment every so often, whether it has answered the last time or not: so the longest
 * wait is seen, and how many wait.
 */
export class Probe {
  private readonly api: ApiClient;
  private readonly timer: NodeJS.Timeout;
  private readonly asking = new Set<Promise<unknown>>();

  constructor(
    url: string,
    private readonly requests: SeenRequests,
    kind: string,
  ) {
    this.api = new ApiClient(url, (seen) => this.requests.see(seen, kind));
    this.timer = setInterval(() => this.ask(), EVERY_MS);
  }

  /** Asks no more; resolves when everything was answered. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.asking);
    this.api.close();
  }

  /** At once. */
  close(): void {
    clearInterval(this.timer);
    this.api.close();
  }

  private ask(): void {
    // What came of it is in `requests`, whatever it was.
    const answer: Promise<unknown> = this.api
      .get(QUESTION)
      .catch(() => undefined)
      .finally(() => this.asking.delete(answer));
    this.asking.add(answer);
  }
}
