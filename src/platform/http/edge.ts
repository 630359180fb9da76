import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import type { BrowserSettings, HttpSettings } from '../config/settings';
import type { HttpMetrics } from './http-metrics';
import { refuseOtherSites } from './browser-requests';
import { compression } from './compression';
import type { Draining } from './draining';
import { answerMalformedConnections } from './malformed-connections';
import { checkBody, checkMediaType, checkUrl } from './payload';
import { requestContext } from './request-context';
import { checkBodyEncoding } from './text-encoding';

/** How long a client may take to send the headers of a request. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than the idle time-out of common load balancers, so that they close idle connections and not we. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MOST_HEADERS = 100;

export interface EdgeOptions {
  readonly limits: Pick<HttpSettings, 'bodyLimitBytes' | 'requestTimeoutMs'>;
  /** Which browsers may ask; undefined where every request needs a login that no browser has by itself. */
  readonly browsers: BrowserSettings | undefined;
  readonly draining: Draining;
  /** Measures the requests, where that is wanted. */
  readonly metrics?: HttpMetrics;
  /** Takes requests whose other headers and limits are those of the process that they are sent on to. */
  readonly forward?: (request: Request, response: Response, next: NextFunction) => void;
}

/**
 * What every port of the process demands of a request and says in each answer: correlation, limits, security
 * headers, media types, checks of browsers. Both APIs have this edge and no other. Call it on an application
 * made with `bodyParser: false`, before `listen` or
 * `init` and before anything else is registered.
 */
export function setUpEdge(
  app: NestExpressApplication,
  { limits, browsers, draining, metrics, forward }: EdgeOptions,
): void {
  app.disable('x-powered-by');
  // Entity tags are versions of resources, set by their controllers; a hash of the answer would be neither
  // cheap nor usable in If-Match.
  app.set('etag', false);
  // Two spellings of a path would be two names of one thing, and `/stock/TOTALS` is an item. Express reads
  // its setting when it makes the router, and the adapter has made it already; routes that are registered
  // from here on go by this.
  (app.getHttpAdapter().getInstance().router as unknown as { caseSensitive: boolean }).caseSensitive = true;

  app.use(requestContext);
  if (metrics) app.use(metrics.observe);
  app.use((_request: Request, response: Response, next: NextFunction) => {
    if (draining.closesConnections) response.setHeader('Connection', 'close');
    next();
  });
  if (browsers) app.use(refuseOtherSites(browsers));
  if (forward) app.use(forward);
  app.use(
    helmet({
      contentSecurityPolicy: {
        // The API itself speaks plain HTTP: a browser that upgraded would no longer find the documentation's
        // scripts.
        directives: { upgradeInsecureRequests: null },
      },
    }),
  );
  app.use((_request: Request, response: Response, next: NextFunction) => {
    // Nearly every answer is about a customer; one that may be kept says so itself. Versions are asked for
    // with `If-None-Match` all the same.
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.use(compression);
  app.use(checkUrl);
  app.use(checkMediaType);
  const json = {
    limit: limits.bodyLimitBytes,
    type: ['application/json', 'application/*+json'],
    verify: checkBodyEncoding,
  };
  app.useBodyParser('json', json);
  app.use(checkBody);
  limitConnections(app.getHttpServer(), limits.requestTimeoutMs);
}

function limitConnections(server: Server, requestTimeoutMs: number): void {
  server.requestTimeout = requestTimeoutMs;
  server.headersTimeout = Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs);
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.maxHeadersCount = MOST_HEADERS;
  // A server outlives the application where another one follows in this process.
  if (server.listenerCount('clientError') === 0) answerMalformedConnections(server);
}
