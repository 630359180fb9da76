import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Hosting } from '../hosting/hosting';
import { Broker } from '../transport/broker';
import { NatsCallChannel } from './nats-call-channel';
import { Peers } from './peers';

const PAUSE_MS = 2_000;

/**
 * Logs after the start, and on each change, which modules of other processes answer. The start does not wait
 * for it.
 */
@Injectable()
export class PeerWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(PeerWatch.name);
  private readonly stopping = new AbortController();

  constructor(
    private readonly hosting: Hosting,
    private readonly broker: Broker,
    private readonly channel: NatsCallChannel,
  ) {}

  onApplicationBootstrap(): void {
    if (this.broker.isConfigured && this.hosting.elsewhere.length > 0) void this.watch();
  }

  /** Does not wait for outstanding answers. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    const peers = new Peers(
      this.hosting.elsewhere,
      (module) => this.channel.isAlive(module),
      (sentence, isTrouble) => {
        if (!signal.aborted) this.logger[isTrouble ? 'warn' : 'log'](sentence);
      },
    );
    while (!signal.aborted) {
      await peers.check();
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
