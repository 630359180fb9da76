import type { Environment } from '../../config/env-reader';
import { isLoopback, readSettings } from '../../config/settings';
import { type CallFigures, callFigures, countedBy } from './call-figures';

/** The calls that running processes have counted together. */
export interface CallsCounted {
  /** When the first of them began to count, in milliseconds since 1970. */
  since: number;
  figures: CallFigures[];
}

export const METRICS_HINT =
  "--metrics wants the addresses of processes' operator's APIs: http://127.0.0.1:3001";

/** The addresses in a `--metrics`; undefined where it names something else. */
export function addressesIn(metrics: string): string[] | undefined {
  const addresses = metrics.split(',');
  return addresses.every((url) => URL.canParse(url)) ? addresses : undefined;
}

/**
 * Asks processes for the calls that they have counted, at their operator's APIs; without addresses, the one
 * that listens where the settings say. The settings' token is for all of them. Throws where one does not
 * answer.
 */
export async function askProcesses(env: Environment, addresses?: readonly string[]): Promise<CallsCounted> {
  const { host, port, token } = readSettings(env).ops;
  const asked = addresses ?? [`http://${isLoopback(host) ? host : '127.0.0.1'}:${port}`];
  const counted = await Promise.all(asked.map((address) => countedBy(address, token)));
  return { since: Math.min(...counted.map(({ since }) => since)), figures: callFigures(counted, Date.now()) };
}
