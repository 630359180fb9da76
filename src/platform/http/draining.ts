import { setMaxListeners } from 'node:events';
import type { Server } from 'node:http';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Requests that still run this long after the shutdown began are cut off. */
const GRACE_MS = 10_000;

/**
 * Whether this process is on its way out. From then on it is not ready, answers with `Connection: close`,
 * and whoever keeps a request open for long (a stream, `Prefer: wait`) ends it when `signal` is aborted.
 */
@Injectable()
export class Draining implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly controller = new AbortController();
  private cutOff: NodeJS.Timeout | undefined;

  constructor(private readonly adapters: HttpAdapterHost) {
    setMaxListeners(0, this.controller.signal);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get hasBegun(): boolean {
    return this.controller.signal.aborted;
  }

  /** May be called ahead of the shutdown hooks, so that load balancers look elsewhere first. Repeating it changes nothing. */
  begin(): void {
    this.controller.abort();
  }

  onModuleDestroy(): void {
    this.begin();
  }

  beforeApplicationShutdown(): void {
    const server = this.adapters.httpAdapter?.getHttpServer() as Server | undefined;
    this.cutOff = setTimeout(() => server?.closeAllConnections(), GRACE_MS).unref();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.cutOff);
  }
}
