const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A signal has ended the demo. */
export class Interrupted extends Error {
  constructor(
    signal: keyof typeof SIGNALS,
    readonly exitCode: number = SIGNALS[signal],
  ) {
    super(`Stopped by ${signal}.`);
  }
}

/** Rejects at the first signal, or at an uncaught error, so that there is one way out, and it cleans up. */
export function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[])
      process.on(signal, () => reject(new Interrupted(signal)));
    process.on('uncaughtException', reject);
    process.on('unhandledRejection', reject);
  });
}
