import { openModuleDatabases } from '../../src/platform/database/data-sources';
import type { ModuleDatabases } from '../../src/platform/database/module-databases';
import { LogReader } from '../../src/platform/log/log-reader';
import {
  CACHE_SIZE,
  ConformanceRig,
  conformsToTransport,
  LOG,
  type OpenSource,
  type Transport,
} from './conformance';

/**
 * A log and its readers in one process: there is nothing between them but the connections of the log's owner.
 */
class InProcess implements Transport {
  private constructor(
    private readonly rig: ConformanceRig,
    private readonly databases: ModuleDatabases,
  ) {}

  static async start(rig: ConformanceRig): Promise<InProcess> {
    const connections = rig.test.connections.filter(({ module }) => module === LOG);
    return new InProcess(
      rig,
      await openModuleDatabases(connections, () => [], {
        poolSize: 5,
        leaseMs: 30_000,
        log: () => undefined,
      }),
    );
  }

  async openSource(): Promise<OpenSource> {
    const source = new LogReader(LOG, this.databases.of(LOG), { pollMs: [5, 50], cacheSize: CACHE_SIZE });
    const ignore = this.rig.signal.listen(LOG, () => source.signal());
    await source.start();
    return { source, stop: () => (ignore(), source.stop()) };
  }

  /**
   * A process that crashes takes its readers with it; without that, the owner's side can only lose what it
   * reads the log with.
   */
  async crashOwner(): Promise<void> {
    await this.databases.of(LOG).destroy();
    await this.databases.of(LOG).initialize();
  }

  async close(): Promise<void> {
    await this.databases.close();
  }
}

describe('In one process, the transport', () => {
  let rig: ConformanceRig;
  let transport: Transport;

  beforeAll(async () => {
    rig = await ConformanceRig.start();
    transport = await InProcess.start(rig);
  });

  afterAll(async () => {
    await transport.close();
    await rig.close();
  });

  conformsToTransport(() => ({ rig, transport }));
});
