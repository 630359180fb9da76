/**
 * A stream of events says that it is still there at least so often. It keeps proxies from closing a stream on
 * which nothing happens.
 */
export const HEARTBEAT_MS = 15_000;

/** Whether an answer of this type is a stream of server-sent events: it may stay open for long. */
export const isEventStream = (contentType: unknown): boolean =>
  String(contentType).startsWith('text/event-stream');
