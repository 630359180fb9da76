import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Metrics } from '../observability/metrics';

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** What servers write into their logs when the client went away before the answer. */
const CLIENT_WENT_AWAY = 499;

/** Measures how long requests take, by route template: a path with ids in it would make a series per id. */
@Injectable()
export class HttpMetrics {
  private readonly duration;
  private readonly inFlight;

  constructor(metrics: Metrics) {
    this.duration = metrics.histogram(
      'http_request_duration_seconds',
      'Time from a request to the end of its answer.',
      ['method', 'route', 'status'],
      BUCKETS,
    );
    this.inFlight = metrics.gauge('http_requests_in_flight', 'Requests that are being answered.');
  }

  /** Express middleware. */
  readonly observe = (request: Request, response: Response, next: NextFunction): void => {
    const begin = performance.now();
    this.inFlight.inc();
    response.once('close', () => {
      this.inFlight.dec();
      // A stream of events lasts as long as its reader likes.
      if (String(response.getHeader('Content-Type')).startsWith('text/event-stream')) return;
      const status = String(response.writableFinished ? response.statusCode : CLIENT_WENT_AWAY);
      this.duration.observe(
        { method: request.method, route: routeOf(request), status },
        (performance.now() - begin) / 1_000,
      );
    });
    next();
  };
}

function routeOf(request: Request): string {
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path : 'unmatched';
}
