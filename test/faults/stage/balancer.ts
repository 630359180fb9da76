import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Spreads connections over the processes that listen; one that cannot be reached is passed over, as a load
 * balancer would.
 */
export class Balancer {
  private readonly sockets = new Set<Socket>();
  private next = 0;

  private constructor(
    private readonly server: Server,
    private readonly ports: readonly number[],
  ) {
    server.on('connection', (client) => this.forward(client, this.ports.length));
  }

  static async over(ports: readonly number[]): Promise<Balancer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Balancer(server, ports);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private forward(client: Socket, attempts: number): void {
    this.keep(client);
    const backend = connect(this.ports[this.next++ % this.ports.length], '127.0.0.1');
    this.keep(backend);
    backend.once('connect', () => {
      client.on('close', () => backend.destroy());
      backend.on('close', () => client.destroy());
      client.pipe(backend).pipe(client);
    });
    backend.once('error', () => {
      if (!backend.connecting && backend.bytesRead + backend.bytesWritten === 0 && attempts > 1)
        this.forward(client, attempts - 1);
      else client.destroy();
    });
  }

  private keep(socket: Socket): void {
    if (this.sockets.has(socket)) return;
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }
}
