import { setMaxListeners } from 'node:events';
import type { Server } from 'node:http';
import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Requests that still run this long after the shutdown began are cut off. */
const GRACE_MS = 10_000;

/**
 * Whether this application is draining. A handler that keeps a request open for long (a stream, `Prefer:
 * wait`) ends it when `signal` is aborted. As a rule its process goes with it: then it is not ready any more
 * and answers with `Connection: close`. Connections stay where another application follows in the same
 * process.
 */
@Injectable()
export class Draining implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly controller = new AbortController();
  private cutOff: NodeJS.Timeout | undefined;
  private connectionsStay = false;
  private isAnnounced = false;

  constructor(private readonly adapters: HttpAdapterHost) {
    setMaxListeners(0, this.controller.signal);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get hasBegun(): boolean {
    return this.controller.signal.aborted;
  }

  /** It is to come or has begun, and connections are to end. */
  get closesConnections(): boolean {
    return this.isAnnounced || (this.hasBegun && !this.connectionsStay);
  }

  /**
   * Readiness says so from now on, and load balancers look elsewhere; everything else goes on until it
   * begins.
   */
  announce(): void {
    this.isAnnounced = true;
  }

  /**
   * May be called ahead of the shutdown hooks, so that load balancers look elsewhere first. Repeating it
   * changes nothing.
   */
  begin({ connectionsStay = false } = {}): void {
    if (this.hasBegun) return;
    this.connectionsStay = connectionsStay;
    this.controller.abort();
  }

  onModuleDestroy(): void {
    this.begin();
  }

  beforeApplicationShutdown(): void {
    if (this.connectionsStay) return;
    const server = this.adapters.httpAdapter?.getHttpServer() as Server | undefined;
    this.cutOff = setTimeout(() => server?.closeAllConnections(), GRACE_MS).unref();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.cutOff);
  }
}
