import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import type { Settings } from '../config/settings';
import { HttpMetrics } from '../observability/http-metrics';
import { Draining } from './draining';
import { answerMalformedConnections } from './malformed-connections';
import { serveOpenApi } from './open-api';
import { checkBody, checkMediaType, checkUrl } from './payload';
import { requestContext } from './request-context';
import { checkBodyEncoding } from './text-encoding';

/** How long a client may take to send the headers of a request. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than the idle time-out of common load balancers, so that they close idle connections and not we. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MOST_HEADERS = 100;

/** The part of the API that other processes host. */
export interface ApiElsewhere {
  /** Sends requests for it there. */
  readonly forward: (request: Request, response: Response, next: NextFunction) => void;
  /** An application to describe the whole API by. */
  readonly describe: () => Promise<INestApplication>;
}

/**
 * Sets the public API's edge up: limits, security headers, correlation, metrics, problem documents, OpenAPI.
 * Call it on an application made with `bodyParser: false`, before `listen` or `init`.
 */
export function configureHttp(app: NestExpressApplication, { http }: Pick<Settings, 'http'>, elsewhere?: ApiElsewhere): void {
  const metrics = app.get(HttpMetrics);
  const draining = app.get(Draining);

  app.disable('x-powered-by');
  // Entity tags are versions of resources, set by their controllers; a hash of the answer would be neither cheap nor usable in If-Match.
  app.set('etag', false);

  app.use(requestContext);
  app.use(metrics.observe);
  app.use((_request: Request, response: Response, next: NextFunction) => {
    if (draining.closesConnections) response.setHeader('Connection', 'close');
    next();
  });
  // The answer has its other headers, and the request its limits, where the module is hosted.
  if (elsewhere) app.use(elsewhere.forward);
  app.use(
    helmet({
      contentSecurityPolicy: {
        // The API itself speaks plain HTTP: a browser that upgraded would no longer find the documentation's scripts.
        directives: { upgradeInsecureRequests: null },
      },
    }),
  );
  app.use(checkUrl);
  app.use(checkMediaType);
  const json = { limit: http.bodyLimitBytes, type: ['application/json', 'application/*+json'], verify: checkBodyEncoding };
  app.useBodyParser('json', json);
  app.use(checkBody);

  serveOpenApi(app, elsewhere?.describe);
  limitConnections(app.getHttpServer(), http.requestTimeoutMs);
}

function limitConnections(server: Server, requestTimeoutMs: number): void {
  server.requestTimeout = requestTimeoutMs;
  server.headersTimeout = Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs);
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.maxHeadersCount = MOST_HEADERS;
  // A server outlives the application where another one follows in this process.
  if (server.listenerCount('clientError') === 0) answerMalformedConnections(server);
}
