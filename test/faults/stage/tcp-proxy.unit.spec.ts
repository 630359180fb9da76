import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { eventually } from '../../support/eventually';
import { TcpProxy } from './tcp-proxy';

describe('the TCP proxy', () => {
  let server: Server;
  let proxy: TcpProxy;
  let atServer: Socket;
  let received = '';
  let answered = '';
  let client: Socket;

  beforeEach(async () => {
    received = answered = '';
    server = createServer((socket) => {
      atServer = socket
        .on('error', () => undefined)
        .on('data', (bytes) => {
          received += bytes.toString();
          socket.write(bytes);
        });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await TcpProxy.before(() => (server.address() as AddressInfo).port);
    client = await connected();
    client.write('a');
    await eventually(() => expect(answered).toBe('a'));
  });

  afterEach(() => {
    proxy.close();
    client.destroy();
    server.close();
  });

  const connected = async (): Promise<Socket> => {
    const socket = connect(proxy.port, '127.0.0.1')
      .on('error', () => undefined)
      .on('data', (bytes) => (answered += bytes.toString()));
    await once(socket, 'connect');
    return socket;
  };

  /** However it came about. */
  const closed = (socket: Socket): Promise<void> =>
    new Promise((resolve) => socket.once('close', () => resolve()));

  /**
   * Resolves once another connection through the proxy has carried something, so that whatever was to arrive
   * before it has.
   */
  const anotherRoundTrip = async (): Promise<void> => {
    const other = await connected();
    other.write('z');
    await eventually(() => expect(answered).toMatch(/z$/));
    other.destroy();
  };

  it('holds bytes and ends in a black hole, and delivers them when it heals', async () => {
    expect(proxy.blackHole()).toBe(1);
    client.write('b');
    const late = await connected();
    late.write('c');
    await eventually(() => expect(client.writableLength + late.writableLength).toBe(0));
    expect({ received, answered }).toEqual({ received: 'a', answered: 'a' });
    proxy.heal('go-on');
    await eventually(() => expect([...answered].sort().join('')).toBe('abc'));
    late.destroy();
  });

  it('never carries what was held when the connections stay silent', async () => {
    proxy.blackHole();
    client.write('b');
    proxy.heal('stay-silent');
    await anotherRoundTrip();
    expect({ received, closed: client.destroyed }).toEqual({ received: 'az', closed: false });
  });

  it('tells only one end when it halves a connection', async () => {
    const first = atServer;
    const gone = closed(first);
    expect(proxy.halve('server')).toBe(1);
    await gone;
    await anotherRoundTrip();
    await eventually(() => expect(proxy.connections).toBe(0));
    expect(client.destroyed).toBe(false);
  });

  it('resets both ends', async () => {
    const gone = [closed(client), closed(atServer)];
    expect(proxy.reset()).toBe(1);
    await Promise.all(gone);
  });

  it('lets the server have a request and the client not have the answer', async () => {
    proxy.judge = (bytes) => (bytes.toString() === 'b' ? 'cut-at-answer' : 'pass');
    const gone = closed(client);
    client.write('b');
    await gone;
    expect({ received, answered }).toEqual({ received: 'ab', answered: 'a' });
  });
});
