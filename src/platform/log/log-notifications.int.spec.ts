import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { TcpProxy } from '../../../test/faults/stage/tcp-proxy';
import { LogSignal } from '../unit-of-work/log-signal';
import { DatabaseNotifications } from './database-notifications';
import { LogNotifications } from './log-notifications';

describe('Notifications between processes', () => {
  let test: TestDatabase;
  const processes: { signal: LogSignal; notifications: LogNotifications; heard: string[] }[] = [];

  beforeAll(async () => {
    test = await openTestDatabase(['orders', 'shipping']);
    for (let count = 0; count < 2; count += 1) {
      const signal = new LogSignal();
      const heard: string[] = [];
      for (const module of ['orders', 'shipping']) signal.listen(module, () => heard.push(module));
      const notifications = new LogNotifications(test.databases, signal);
      notifications.onApplicationBootstrap();
      processes.push({ signal, notifications, heard });
    }
  });

  afterAll(async () => {
    await Promise.all(processes.map(({ notifications }) => notifications.beforeApplicationShutdown()));
    await test.close();
  });

  it('tell another process of a commit, and not the one that made it twice', async () => {
    const [one, other] = processes;
    await eventually(() => {
      one.signal.raise('orders');
      expect(other.heard).toContain('orders');
    });
    expect(other.heard).not.toContain('shipping');
    const before = one.heard.length;
    other.signal.raise('shipping');
    await eventually(() => expect(one.heard).toContain('shipping'));
    expect(one.heard.slice(before)).toEqual(['shipping']);
  });

  it('come back after the connection was lost', async () => {
    const [one, other] = processes;
    await test.cutConnections();
    other.heard.length = 0;
    await eventually(() => {
      one.signal.raise('shipping');
      expect(other.heard).toContain('shipping');
    });
  });

  describe('over a network that fails', () => {
    let proxy: TcpProxy;
    let listenerThat: (aliveWithinMs: number) => DatabaseNotifications;
    let heard: string[];

    beforeEach(async () => {
      const url = new URL(test.databases.urlOf('orders'));
      const port = Number(url.port);
      proxy = await TcpProxy.before(() => port);
      url.port = String(proxy.port);
      heard = [];
      listenerThat = (aliveWithinMs) =>
        new DatabaseNotifications(
          url.href,
          (module) => heard.push(module),
          () => undefined,
          aliveWithinMs,
        );
    });

    afterEach(() => proxy.close());

    const told = (): Promise<void> => {
      heard.length = 0;
      return eventually(() => {
        processes[0].signal.raise('shipping');
        expect(heard).toContain('shipping');
      });
    };

    it('come back after it forgot the connection and told nobody', async () => {
      const listener = listenerThat(200);
      listener.start();
      await told();
      proxy.blackHole();
      proxy.heal('stay-silent');
      await told();
      await listener.stop();
    });

    it('end when they are stopped although nothing passes', async () => {
      const listener = listenerThat(200);
      listener.start();
      await told();
      proxy.blackHole();
      await listener.stop();
    });

    it('come back after it was cut while they began to listen', async () => {
      // Nothing is silent here: only the cut may make it listen again.
      const listener = listenerThat(30_000);
      const unheeded = jest.fn();
      process.on('unhandledRejection', unheeded);
      let cut = 0;
      proxy.judge = (bytes) =>
        bytes.includes('listen seamline') && (cut += 1) === 1 ? 'cut-before' : 'pass';
      listener.start();
      await told();
      await listener.stop();
      process.off('unhandledRejection', unheeded);
      expect({ cut, unheeded: unheeded.mock.calls.length }).toEqual({ cut: 2, unheeded: 0 });
    });
  });
});
