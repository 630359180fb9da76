import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Subscription } from '@nats-io/transport-node';
import { Settings } from '../../config/settings';
import { Hosting } from '../../hosting/hosting';
import { Broker } from '../../transport/broker';
import { respondFor } from '../../transport/signed-answers';
import { Draining } from '../draining';
import { addressSubjectOf } from './addresses';

/** Announces this process's address for its modules, from the open port until draining. */
@Injectable()
export class AddressAnnouncement implements OnApplicationBootstrap {
  private subscriptions: Subscription[] = [];

  constructor(
    private readonly broker: Broker,
    private readonly hosting: Hosting,
    private readonly settings: Settings,
    private readonly adapters: HttpAdapterHost,
    private readonly draining: Draining,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.broker.isConfigured) return;
    const server = this.adapters.httpAdapter.getHttpServer() as Server;
    const begin = (): void =>
      this.begin(this.settings.calls.announcedUrl ?? urlOf(server.address() as AddressInfo));
    // It listens already where this application follows another one in the same process.
    if (server.listening) begin();
    else server.once('listening', begin);
    this.draining.signal.addEventListener('abort', () => this.end(), { once: true });
  }

  private begin(url: string): void {
    if (this.draining.hasBegun) return;
    const { calls: connection } = this.broker;
    this.subscriptions = this.hosting.hosted.map((module) =>
      connection.subscribe(addressSubjectOf(module), {
        callback: (error, message) => void (error ?? respondFor(connection, module, message, url)),
      }),
    );
  }

  private end(): void {
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
  }
}

/** A server that listens on every address is announced by the machine's name. */
function urlOf({ address, port, family }: AddressInfo): string {
  const host = ['0.0.0.0', '::'].includes(address) ? hostname() : address;
  return `http://${family === 'IPv6' && host === address ? `[${host}]` : host}:${port}`;
}
