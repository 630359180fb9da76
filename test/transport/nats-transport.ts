import { connect, type NatsConnection } from '@nats-io/transport-node';
import { v7 as uuidv7 } from 'uuid';
import type { ReportLogProblem } from '../../src/platform/log/log-health';
import { LogReader } from '../../src/platform/log/log-reader';
import { LogRelay } from '../../src/platform/transport/log-relay';
import { RelayLease } from '../../src/platform/transport/relay-lease';
import { RemoteLogReader } from '../../src/platform/transport/remote-log-reader';
import type { NatsServer } from '../support/nats-server';
import { CACHE_SIZE, type ConformanceRig, LOG, type OpenSource, type Transport } from './conformance';

const LEASE_MS = 3_000;

/** The owner's process as far as the transport is concerned: its log, its relay, its connection. */
interface Owner {
  connection: NatsConnection;
  reader: LogReader;
  relay: LogRelay;
  ignore: () => void;
}

/** A log that its owner's relay carries to a broker, and readers that have a connection of their own. */
export class NatsTransport implements Transport {
  private owner: Owner | undefined;

  private constructor(
    private readonly rig: ConformanceRig,
    private readonly servers: readonly NatsServer[],
    private readonly report?: ReportLogProblem,
  ) {}

  static async start(rig: ConformanceRig, ...servers: readonly NatsServer[]): Promise<NatsTransport> {
    const transport = new NatsTransport(rig, servers);
    transport.owner = await transport.startOwner();
    return transport;
  }

  /** One whose relay says when it waits for an operator. */
  static async startReporting(
    rig: ConformanceRig,
    report: ReportLogProblem,
    ...servers: readonly NatsServer[]
  ): Promise<NatsTransport> {
    const transport = new NatsTransport(rig, servers, report);
    transport.owner = await transport.startOwner();
    return transport;
  }

  async openSource(): Promise<OpenSource> {
    const connection = await this.connect();
    const source = new RemoteLogReader(LOG, connection, { cacheSize: CACHE_SIZE });
    await source.start();
    return { source, stop: async () => (await source.stop(), await connection.close()) };
  }

  /** What was on its way is cut off, the lease is not given back; another process takes over. */
  async crashOwner(): Promise<void> {
    const crashed = this.owner!;
    await crashed.connection.close();
    this.owner = await this.startOwner();
    await stop(crashed);
  }

  /** Nothing is relayed while something is done, over the connection of the one that pauses. */
  async pauseOwner(meanwhile: (connection: NatsConnection) => Promise<void>): Promise<void> {
    const { relay, reader, ignore, connection } = this.owner!;
    await relay.stop();
    await meanwhile(connection);
    await stop({ relay, reader, connection, ignore });
    this.owner = await this.startOwner();
  }

  async close(): Promise<void> {
    if (this.owner) await stop(this.owner);
  }

  connect(): Promise<NatsConnection> {
    return connect({
      servers: this.servers.map(({ url }) => url.replace('nats://', '')),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
    });
  }

  /** A relay of another process. */
  async startOwner(
    lease = new RelayLease(this.rig.test.databases.of(LOG), uuidv7(), LEASE_MS),
  ): Promise<Owner> {
    const connection = await this.connect();
    const reader = new LogReader(LOG, this.rig.test.databases.of(LOG), {
      pollMs: [5, 50],
      cacheSize: CACHE_SIZE,
    });
    const ignore = this.rig.signal.listen(LOG, () => reader.signal());
    await reader.start();
    const relay = new LogRelay(reader, connection, lease, this.report);
    relay.start();
    return { connection, reader, relay, ignore };
  }
}

export async function stop({ relay, reader, connection, ignore }: Owner): Promise<void> {
  ignore();
  await relay.stop();
  await reader.stop();
  await connection.close();
}
