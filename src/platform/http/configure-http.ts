import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import type { Settings } from '../config/settings';
import { HttpMetrics } from './http-metrics';
import { Draining } from './draining';
import { setUpEdge } from './edge';
import { serveOpenApi } from './open-api';
import { OpenApiInfo } from './open-api-info';

/** The part of the API that other processes host. */
export interface ApiElsewhere {
  /** Sends requests for it there. */
  readonly forward: (request: Request, response: Response, next: NextFunction) => void;
  /** An application to describe the whole API by. */
  readonly describe: () => Promise<INestApplication>;
}

/**
 * Sets the public API up: its edge, metrics, OpenAPI. Call it on an application made with `bodyParser:
 * false`, before `listen` or `init`. It has no login yet, so browsers are checked.
 */
export function configureHttp(
  app: NestExpressApplication,
  { http }: Pick<Settings, 'http'>,
  elsewhere?: ApiElsewhere,
): void {
  setUpEdge(app, {
    limits: http,
    browsers: http.browsers,
    draining: app.get(Draining),
    metrics: app.get(HttpMetrics),
    forward: elsewhere?.forward,
  });
  serveOpenApi(app, app.get(OpenApiInfo), elsewhere?.describe);
}
