import { isIP } from 'node:net';
import type { NextFunction, Request, Response } from 'express';
import type { BrowserSettings } from '../config/settings';
import { HttpProblem } from './http-problem';

/** Pages of these relations to this server may ask it; `none` is a person who typed the address. */
const OWN_SITES = new Set(['same-origin', 'none']);
const SAFE = new Set(['GET', 'HEAD']);

/**
 * Express middleware: refuses what a web page of another site has a visitor's browser send. A browser says in
 * `Host` whom it believes to ask, in `Origin` and `Sec-Fetch-Site` on whose behalf; other programs say none
 * of that and are let through. `Host` is looked at as well because a page can make its own name point at this
 * machine (DNS rebinding), and is of the same origin then.
 */
export function refuseOtherSites(settings: BrowserSettings) {
  return (request: Request, _response: Response, next: NextFunction): void =>
    next(faultOf(request, settings));
}

function faultOf({ headers, method }: Request, { hosts, origins }: BrowserSettings): HttpProblem | undefined {
  if (headers.host !== undefined && !isOwnHost(headers.host, hosts)) {
    return new HttpProblem(
      421,
      'request.host-unknown',
      'This server does not know itself by the name in Host. Ask it by an address, or name the host in ALLOWED_HOSTS.',
    );
  }
  if (headers.origin !== undefined) {
    return origins.includes(headers.origin) || isSameOrigin(headers.origin, headers.host)
      ? undefined
      : otherSite();
  }
  const site = headers['sec-fetch-site'];
  if (site === undefined || OWN_SITES.has(String(site))) return undefined;
  // A link on another page leads here: the visitor sees what it shows, and the page does not.
  const isLink =
    SAFE.has(method) && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return isLink ? undefined : otherSite();
}

/**
 * Addresses are no names that another site could point elsewhere; `localhost` and names without a dot are not
 * given out in public. All others have to be listed.
 */
export function isOwnHost(host: string, listed: readonly string[]): boolean {
  const url = URL.parse(`http://${host}`);
  if (!url || url.username !== '' || url.pathname !== '/') return false;
  const name = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost')) return name !== '';
  return listed.includes('*') || listed.includes(name);
}

/**
 * Whether the page came from where the request goes to. A proxy that ends TLS changes the scheme, so that
 * only host and port count.
 */
function isSameOrigin(origin: string, host: string | undefined): boolean {
  const from = URL.parse(origin);
  if (!from || host === undefined) return false;
  return URL.parse(`${from.protocol}//${host}`)?.host === from.host;
}

const otherSite = (): HttpProblem =>
  new HttpProblem(
    403,
    'request.other-site',
    'A page of another site may not use this server from a browser. Name its origin in ALLOWED_ORIGINS if it is yours.',
  );
