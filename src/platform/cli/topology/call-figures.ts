import { CALL_DURATION, CALLS_COUNTED_SINCE } from '../../calls/call-metrics';

/** The calls that one module made to a contract of another one. */
export interface CallFigures {
  /** The calling module; empty outside of a module's handler. */
  from: string;
  contract: string;
  /** `network` where the two run in different processes. */
  over: string;
  /** `request` where a client waits for the answer as well. */
  causedBy: string;
  calls: number;
  /** Of these, the number that timed out. */
  unreachable: number;
  perMinute: number;
  meanMs: number;
  /** 95 of 100 took no longer, by the bounds that the process counts in; null above the last of them. */
  p95Ms: number | null;
}

/** What one process has counted. */
export interface CountedCalls {
  /** When it began, in milliseconds since 1970. */
  since: number;
  text: string;
}

interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const WITHIN_MS = 2_000;
const SHARE = 0.95;

/**
 * Asks a running process for its metrics, at its operator's API. Throws where none answers, naming the
 * address.
 */
export async function countedBy(url: string, token?: string): Promise<CountedCalls> {
  const address = new URL('/metrics', url);
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const answer = await fetch(address, { headers, signal: AbortSignal.timeout(WITHIN_MS) }).catch(
    (error: Error) => {
      throw new Error(`no process answers at ${address.href}`, { cause: error });
    },
  );
  if (answer.status === 401)
    throw new Error(`${address.href} wants a token: set OPS_TOKEN as its process has it`);
  if (answer.status === 404)
    throw new Error(`${address.href} has no metrics: name the address of the operator's API (OPS_PORT)`);
  if (!answer.ok) throw new Error(`${address.href} answers ${answer.status}`);
  const text = await answer.text();
  const since = samplesIn(text).find(({ name }) => name === CALLS_COUNTED_SINCE);
  if (!since)
    throw new Error(`${address.href} knows nothing of calls: is that a process of this application?`);
  return { since: since.value * 1_000, text };
}

/** The figures of all processes together. `now` is in milliseconds since 1970. */
export function callFigures(processes: readonly CountedCalls[], now: number): CallFigures[] {
  const minutes = (now - Math.min(...processes.map(({ since }) => since))) / 60_000;
  const samples = processes
    .flatMap(({ text }) => samplesIn(text))
    .filter(({ name }) => name.startsWith(`${CALL_DURATION}_`));
  const keys = new Map(
    samples.map(({ labels }) => [
      [labels.from, labels.contract, labels.over, labels.caused_by].join(' '),
      labels,
    ]),
  );
  return [...keys.values()].map(({ from, contract, over, caused_by: causedBy }) => {
    const own = samples.filter(
      ({ labels }) =>
        labels.from === from &&
        labels.contract === contract &&
        labels.over === over &&
        labels.caused_by === causedBy,
    );
    const sum = (part: string, holds: (labels: Sample['labels']) => boolean = () => true): number =>
      own
        .filter(({ name, labels }) => name === `${CALL_DURATION}_${part}` && holds(labels))
        .reduce((all, { value }) => all + value, 0);
    const calls = sum('count');
    const bounds = [
      ...new Set(own.flatMap(({ labels: { le } }) => (le === undefined || le === '+Inf' ? [] : Number(le)))),
    ].sort((one, other) => one - other);
    const p95 = bounds.find((bound) => sum('bucket', ({ le }) => Number(le) === bound) >= SHARE * calls);
    return {
      from,
      contract,
      over,
      causedBy,
      calls,
      unreachable: sum('count', ({ outcome }) => outcome === 'unreachable'),
      perMinute: calls / minutes,
      meanMs: (sum('sum') / calls) * 1_000,
      p95Ms: p95 === undefined ? null : p95 * 1_000,
    };
  });
}

/** Prometheus's text format, as far as a registry of prom-client writes it. */
function samplesIn(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (!name) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, content]) => [
      label,
      content,
    ]);
    return [{ name, labels: Object.fromEntries(pairs) as Sample['labels'], value: Number(value) }];
  });
}
