import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { Settings } from '../config/settings';
import { PROCESS_ID } from '../kernel/process-id';
import { checkBroker } from './check-broker';
import { configuredKeys } from './configured-keys';
import { useKeys } from './keys-of-connection';
import { inboxOf } from './nats-configuration';

const CONNECT_TIMEOUT_MS = 10_000;
const RECONNECT_AFTER_MS = 250;
/**
 * A connection that is silent for two of these is abandoned: the network may have dropped it without notice.
 */
const PING_MS = 5_000;
const DRAIN_WITHIN_MS = 5_000;

/**
 * The connections of this process to the NATS server that `NATS_URL` names; none without it: one for logs,
 * and one for calls and questions, which then never wait behind a backlog, nor break with a connection that
 * was too slow for one. They are there from
 * `onModuleInit` on, come back by themselves for as long as it takes, and are drained at shutdown, after
 * everything that uses them has stopped.
 */
@Injectable()
export class Broker implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Broker.name);
  private open: { bulk: NatsConnection; calls: NatsConnection } | undefined;

  constructor(private readonly settings: Settings) {}

  /** Whether this process has a broker. */
  get isConfigured(): boolean {
    return this.settings.transport.servers.length > 0;
  }

  /** The connection for logs and their streams. Throws where there is no broker. */
  get connection(): NatsConnection {
    return this.opened.bulk;
  }

  /**
   * The connection for what others wait for: calls, presence, addresses, lags. Throws where there is no
   * broker.
   */
  get calls(): NatsConnection {
    return this.opened.calls;
  }

  private get opened(): { bulk: NatsConnection; calls: NatsConnection } {
    if (this.open) return this.open;
    throw new Error(
      this.isConfigured
        ? 'The connection to the broker is not open: it opens when the application starts and closes when it stops.'
        : 'This process has no broker, so it can only talk to modules that it hosts itself. Set NATS_URL to a NATS server with JetStream, ' +
            'such as nats://127.0.0.1:4222, or host every module here by leaving MODULES out.',
    );
  }

  async onModuleInit(): Promise<void> {
    if (!this.isConfigured) return;
    const bulk = await this.connect('logs');
    try {
      await checkBroker(bulk, this.settings.transport.monitorUrl, (line) => this.logger.warn(line));
      this.open = { bulk, calls: await this.connect('calls') };
    } catch (error) {
      await bulk.close();
      throw error;
    }
  }

  private async connect(purpose: string): Promise<NatsConnection> {
    const { servers, user, password } = this.settings.transport;
    const place = servers.join(', ');
    const connection = await connect({
      servers: [...servers],
      user,
      pass: password,
      inboxPrefix: user === undefined ? undefined : inboxOf(user),
      name: `seamline ${PROCESS_ID} ${purpose}`,
      timeout: CONNECT_TIMEOUT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_AFTER_MS,
      pingInterval: PING_MS,
      // A password that is being changed on the servers must not end a process that had the right one.
      ignoreAuthErrorAbort: true,
    }).catch((error: Error) => {
      throw new Error(
        `The broker at ${place} cannot be reached: ${error.message}. Check that the NATS server runs, and that NATS_URL names it with the right login.`,
        { cause: error },
      );
    });
    useKeys(connection, configuredKeys(this.settings));
    void this.watch(connection, `${place} (${purpose})`);
    return connection;
  }

  async onApplicationShutdown(): Promise<void> {
    const connections = this.open;
    this.open = undefined;
    if (connections) await Promise.all([drained(connections.calls), drained(connections.bulk)]);
  }

  private async watch(connection: NatsConnection, place: string): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect')
        this.logger.warn(`The connection to the broker at ${place} was lost and is tried again.`);
      if (status.type === 'reconnect')
        this.logger.log(`The connection to the broker is back: ${status.server}.`);
      if (status.type === 'error') this.logger.warn(`The broker refuses: ${status.error.message}`);
    }
  }
}

async function drained(connection: NatsConnection): Promise<void> {
  if (connection.isClosed()) return;
  // Draining asks the server, which may not be there any more.
  const patience = new AbortController();
  const tired = sleep(DRAIN_WITHIN_MS, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([connection.drain().catch(() => undefined), tired]);
  patience.abort();
  await connection.close();
}
