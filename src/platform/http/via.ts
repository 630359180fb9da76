import type { IncomingMessage } from 'node:http';

/**
 * How the processes of this application begin their names in `Via`, which tells a loop: RFC 9110 section
 * 7.6.3.
 */
export const PSEUDONYM = 'seamline-';

/** The processes of this application that have passed a request on, as they are named in `Via`. */
export const hopsOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string[] =>
  [headers.via ?? []]
    .flat()
    .join()
    .split(',')
    .filter((hop) => hop.includes(` ${PSEUDONYM}`));

/**
 * Whether another process of this application has sent a request here. A client can say so, too: rely on it
 * for nothing that it must not do.
 */
export const wasForwarded = (request: Pick<IncomingMessage, 'headers'>): boolean =>
  hopsOf(request).length > 0;
