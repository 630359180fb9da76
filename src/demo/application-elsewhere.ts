import { ApiClient } from './api-client';
import { DemoError } from './demo-error';
import type { PlayedApplication } from './played-application';

/** An application that runs already, in whatever processes; it goes on when the demo has ended. */
export class ApplicationElsewhere implements PlayedApplication {
  readonly arrival = 'Looking at the application';
  readonly death = new Promise<never>(() => undefined);
  readonly lastWords = '';

  constructor(
    readonly url: string,
    readonly opsUrls: readonly string[],
  ) {}

  /**
   * Resolves when it is there and knows of no order yet: the figures of the file are compared with all there
   * is.
   */
  async start(): Promise<void> {
    for (const url of [
      `${this.url}/health/ready`,
      ...this.opsUrls.map((opsUrl) => `${opsUrl}/ops/api/pending-work`),
    ]) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch((error: Error) => error);
      if (answer instanceof Error)
        throw new DemoError(`Nobody answers at ${url}: start the application, then name its address.`);
      await answer.body?.cancel();
      if (!answer.ok)
        throw new DemoError(
          `${url} was answered with ${answer.status}. The demo needs all processes ready, and no OPS_TOKEN.`,
        );
    }
    const api = new ApiClient(this.url);
    try {
      const { byState } = await api.get<{ byState: Record<string, number> }>('/orders/totals');
      const orders = Object.values(byState).reduce((sum, count) => sum + count, 0);
      if (orders > 0) {
        throw new DemoError(
          `The application at ${this.url} has ${orders} orders already. Play against one whose databases are empty.`,
        );
      }
    } finally {
      api.close();
    }
  }

  async stop(): Promise<void> {}
}
