import type { Contract } from '../messages/contract';
import type { MessageContext } from '../messages/message-context';

/**
 * One call as it goes over the wire: the message's fields are the body, everything else stands in headers.
 */
export interface CallRequest {
  /** The same for all attempts of one call. */
  id: string;
  version: number;
  /** The lowest version whose owners can read it; absent where that is `version`. */
  readableSince?: number;
  /**
   * How long the caller still waits. A span and no moment, as in gRPC, because the clocks of two machines
   * differ.
   */
  timeoutMs: number;
  context: MessageContext;
}

const PREFIX = 'seamline.call';

/** Calls to one contract; permissions are given for the module's part of it. */
export const subjectOf = ({ name }: Pick<Contract, 'name'>): string => `${PREFIX}.${name}`;
/** All calls to a module. */
export const callsTo = (module: string): string => `${PREFIX}.${module}.*`;
/** Asks whether a process hosts a module; no contract can have this name. */
export const livenessSubjectOf = (module: string): string => `${PREFIX}.${module}._presence`;

const HEADERS = {
  id: 'Seamline-Call-Id',
  version: 'Seamline-Contract-Version',
  readableSince: 'Seamline-Readable-Since',
  timeout: 'Seamline-Timeout-Ms',
  correlation: 'Seamline-Correlation-Id',
  causation: 'Seamline-Causation-Id',
  trace: 'traceparent',
} as const;

/** The headers of a call, as names and values. */
export function toHeaders({
  id,
  version,
  readableSince,
  timeoutMs,
  context,
}: CallRequest): [string, string][] {
  const { correlationId, causationId, traceparent } = context;
  return [
    [HEADERS.id, id],
    [HEADERS.version, String(version)],
    ...(readableSince === undefined
      ? []
      : [[HEADERS.readableSince, String(readableSince)] as [string, string]]),
    // Rounded up: a span of 0 would never be worked on.
    [HEADERS.timeout, String(Math.ceil(timeoutMs))],
    [HEADERS.correlation, correlationId],
    ...(causationId ? [[HEADERS.causation, causationId] as [string, string]] : []),
    ...(traceparent ? [[HEADERS.trace, traceparent] as [string, string]] : []),
  ];
}

/** Visible ASCII, as the edge takes it. The client of the broker reads other bytes as other characters. */
const VISIBLE = /^[\x21-\x7e]+$/;

/** Reads them again; undefined where they are no call's. */
export function fromHeaders(read: (name: string) => string | undefined): CallRequest | undefined {
  if (Object.values(HEADERS).some((name) => !VISIBLE.test(read(name) ?? '-'))) return undefined;
  const header = read;
  const [id, correlationId] = [header(HEADERS.id), header(HEADERS.correlation)];
  const [version, timeoutMs] = [Number(header(HEADERS.version)), Number(header(HEADERS.timeout))];
  if (!id || !correlationId || !Number.isInteger(version) || !Number.isInteger(timeoutMs) || version < 1)
    return undefined;
  const since = header(HEADERS.readableSince);
  const readableSince = since === undefined ? undefined : Number(since);
  if (readableSince !== undefined && !(Number.isInteger(readableSince) && readableSince >= 1))
    return undefined;
  const [causationId, traceparent] = [header(HEADERS.causation), header(HEADERS.trace)];
  return {
    id,
    version,
    ...(readableSince !== undefined && { readableSince }),
    timeoutMs,
    context: { correlationId, ...(causationId && { causationId }), ...(traceparent && { traceparent }) },
  };
}
