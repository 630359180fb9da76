import type { Environment } from '../config/env-reader';
import { readSettings } from '../config/settings';
import type { EmbeddedServer } from './embedded-server';

/** The embedded server on its way, before it is known which modules will use it. */
export interface EarlyServer {
  readonly starting: Promise<EmbeddedServer>;
  /**
   * Resolves when other programs do the rest, or the start has failed: what keeps this process busy costs the
   * server no time then.
   */
  readonly underWay: Promise<void>;
  /** Stops it, once it has started. Nothing to do where it has been stopped. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded server where the environment leaves no doubt that the process will need it: loading the
 * application's code takes longer than the server does. Undefined where a database is named, and where a
 * setting is wrong, which is said once all of them are read.
 */
export function startServerEarly(
  environment: Environment,
  log: (line: string) => void,
): EarlyServer | undefined {
  const dataDir = embeddedDataDir(environment);
  if (dataDir === undefined) return undefined;
  let tell!: () => void;
  const told = new Promise<void>((resolve) => (tell = resolve));
  // Loaded only where it is needed: production brings its own database.
  const starting = import('./embedded-server.ts').then(({ startEmbeddedServer }) =>
    startEmbeddedServer({ dataDir, log, underWay: tell }),
  );
  const over = starting.then(
    () => undefined,
    () => undefined,
  );
  return {
    starting,
    underWay: Promise.race([told, over]),
    stop: () =>
      starting.then(
        (server) => server.stop(),
        () => undefined,
      ),
  };
}

function embeddedDataDir(environment: Environment): string | undefined {
  try {
    const { url, moduleUrls, dataDir } = readSettings(environment).database;
    return url === undefined && moduleUrls.size === 0 ? dataDir : undefined;
  } catch {
    return undefined;
  }
}
