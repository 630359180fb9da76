import { openTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { LogSignal } from '../log-signal';
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
});
