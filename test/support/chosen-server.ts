import { startPgbouncer } from './pgbouncer';
import { debianPrograms, programsIn, startStockServer } from './stock-server';
import { startTestServer } from './test-server';

/** The server of a run of tests. */
export interface ChosenServer {
  readonly adminUrl: string;
  /** The address that modules connect to where it is another one: `host:port` of a pooler. */
  readonly pooler: string | undefined;
  stop(): Promise<void>;
}

/**
 * The server that `SEAMLINE_TEST_SERVER` names: `postgresql-15` (Debian's, as `initdb` leaves it),
 * `pgbouncer` (the same, and modules connect through Debian's PgBouncer in session mode), or the folder of
 * another release's programs; the embedded one without it.
 */
export async function startChosenServer(name = process.env.SEAMLINE_TEST_SERVER): Promise<ChosenServer> {
  if (!name) return { ...(await startTestServer()), pooler: undefined };
  const server = await startStockServer(
    ['postgresql-15', 'pgbouncer'].includes(name) ? debianPrograms() : programsIn(name),
  );
  const { adminUrl } = server;
  if (name !== 'pgbouncer') return { adminUrl, pooler: undefined, stop: () => server.stop() };
  const pooler = await startPgbouncer(server, 'session');
  const stop = async (): Promise<void> => {
    await pooler.stop();
    await server.stop();
  };
  return { adminUrl, pooler: new URL(pooler.through(adminUrl)).host, stop };
}
