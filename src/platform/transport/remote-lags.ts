import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Subscription } from '@nats-io/transport-node';
import { ModuleDatabases } from '../database/module-databases';
import { type LagQuestion, lagIn } from '../messaging/log/log-lag';
import { Broker } from './broker';

const ANSWER_WITHIN_MS = 2_000;
/** Beside the calls to a module, so that the same permissions do; no contract can have this name. */
const lagsOf = (module: string): string => `seamline.call.${module}._log.lag`;

/** How far positions are behind logs that other processes host. Only the owner of a log can tell, so it is asked over the broker. */
@Injectable()
export class RemoteLags implements OnApplicationBootstrap, OnModuleDestroy {
  private subscriptions: Subscription[] = [];

  constructor(
    private readonly broker: Broker,
    private readonly databases: ModuleDatabases,
  ) {}

  /** Answers for the logs that are hosted here. */
  onApplicationBootstrap(): void {
    if (!this.broker.isConfigured) return;
    this.subscriptions = this.databases.modules.map((module) =>
      this.broker.connection.subscribe(lagsOf(module), {
        queue: module,
        callback: (error, message) => {
          if (error) return;
          // Whoever asked hears nothing where the question makes no sense or the database is away, and then knows that it does not know.
          void lagIn(this.databases.of(module), message.json<LagQuestion>())
            .then((lag) => message.respond(String(lag)))
            .catch(() => undefined);
        },
      }),
    );
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.subscriptions.splice(0).map((subscription) => subscription.drain().catch(() => undefined)));
  }

  /** Messages after a position in the log of a module; null when its owner cannot be asked. */
  async lag(module: string, question: LagQuestion): Promise<number | null> {
    if (!this.broker.isConfigured) return null;
    try {
      const answer = await this.broker.connection.request(lagsOf(module), JSON.stringify(question), { timeout: ANSWER_WITHIN_MS });
      return Number(answer.string());
    } catch {
      return null;
    }
  }
}
