import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What becomes of bytes that a client sends: they pass; the connection is cut before the server gets them; or
 * the server gets them, and the connection is cut when its answer comes, of which the client sees nothing.
 */
export type Verdict = 'pass' | 'cut-before' | 'cut-at-answer';

/** Whose end of a half-open connection is gone: the other one is never told. */
export type GoneEnd = 'client' | 'server';

/** One client's connection and the one to the server behind it. */
class Link {
  private server: Socket | undefined;
  private dead = false;
  private held = false;
  private cutAtAnswer = false;

  constructor(
    private readonly client: Socket,
    private readonly connectToServer: () => Socket,
    private readonly judge: (bytes: Buffer) => Verdict,
  ) {}

  /** Both ends, as far as there are any. */
  get sockets(): Socket[] {
    return this.server ? [this.client, this.server] : [this.client];
  }

  /** True while it carries bytes, or will again. */
  get alive(): boolean {
    return !this.dead && !this.client.destroyed;
  }

  open(): void {
    const server = (this.server = this.connectToServer());
    server.once('connect', () => {
      this.carry(this.client, server, (bytes) => this.fromClient(bytes));
      this.carry(server, this.client, (bytes) => this.fromServer(bytes));
      if (this.held) this.hold();
      else this.client.resume();
    });
  }

  /** Carries nothing from now on: neither bytes nor the closing of an end arrive at the other. */
  hold(): void {
    this.held = true;
    for (const socket of this.sockets) socket.pause();
  }

  /** Carries on where it was held. */
  resume(): void {
    if (this.dead) return;
    this.held = false;
    if (!this.server) this.open();
    else for (const socket of this.sockets) socket.resume();
  }

  /** Stays held for ever: neither end will hear of the other again. */
  forget(): void {
    this.dead = true;
    this.hold();
  }

  /** One end is gone and the other is not told. */
  halve(gone: GoneEnd): void {
    this.forget();
    (gone === 'client' ? this.client : this.server)?.resetAndDestroy();
  }

  reset(): void {
    this.dead = true;
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  private carry(from: Socket, to: Socket, pass: (bytes: Buffer) => boolean): void {
    from.on('data', (bytes: Buffer) => {
      if (this.dead || !pass(bytes) || to.write(bytes)) return;
      from.pause();
      to.once('drain', () => !this.held && from.resume());
    });
    from.on('end', () => !this.dead && to.end());
    from.on('close', () => !this.dead && to.destroy());
  }

  private fromClient(bytes: Buffer): boolean {
    const verdict = this.judge(bytes);
    if (verdict === 'cut-before') this.reset();
    if (verdict === 'cut-at-answer') this.cutAtAnswer = true;
    return verdict !== 'cut-before';
  }

  private fromServer(_bytes: Buffer): boolean {
    if (this.cutAtAnswer) this.reset();
    return !this.cutAtAnswer;
  }
}

/**
 * Stands between clients and a server on this machine, and breaks the connections between them as networks
 * do.
 */
export class TcpProxy {
  /** Looks at what clients send. Everything passes unless it is set. */
  judge: (bytes: Buffer) => Verdict = () => 'pass';
  private readonly links = new Set<Link>();
  private silent = false;

  private constructor(
    private readonly listener: Server,
    private readonly serverPort: () => number,
  ) {
    listener.on('connection', (client) => this.accept(client));
  }

  /**
   * In front of the port that is asked for at every connection, because a server may come back on another
   * one.
   */
  static async before(serverPort: () => number): Promise<TcpProxy> {
    // Half-open is allowed, so that the end of one direction is passed on as such.
    const listener = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }).listen(
      0,
      '127.0.0.1',
    );
    await once(listener, 'listening');
    return new TcpProxy(listener, serverPort);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** Connections that carry bytes now, or would if they were not held. */
  get connections(): number {
    return [...this.links].filter((link) => link.alive).length;
  }

  /**
   * From now on nothing arrives anywhere, without an error; new connections are not answered either. Answers
   * how many connections this happened to.
   */
  blackHole(): number {
    const hit = this.connections;
    this.silent = true;
    for (const link of this.links) link.hold();
    return hit;
  }

  /**
   * The network is whole again. What was held goes on where it stopped, as after an outage that is shorter
   * than TCP's patience; or it stays silent for ever, as when a firewall forgot the connections, and only new
   * ones work.
   */
  heal(old: 'go-on' | 'stay-silent'): void {
    this.silent = false;
    for (const link of this.links) {
      if (old === 'go-on') link.resume();
      else link.forget();
    }
  }

  /**
   * Every connection loses one end, and the other end is not told; new connections work. To how many this
   * happened.
   */
  halve(gone: GoneEnd): number {
    const hit = this.connections;
    for (const link of this.links) if (link.alive) link.halve(gone);
    return hit;
  }

  /** Every connection is reset at both ends; new connections work. To how many this happened. */
  reset(): number {
    const hit = this.connections;
    for (const link of this.links) link.reset();
    return hit;
  }

  close(): void {
    this.listener.close();
    for (const link of this.links) link.reset();
  }

  private accept(client: Socket): void {
    const link: Link = new Link(
      client,
      () =>
        this.watched(
          connect({ port: this.serverPort(), host: '127.0.0.1', allowHalfOpen: true, noDelay: true }),
          link,
        ),
      (bytes) => this.judge(bytes),
    );
    this.links.add(link);
    this.watched(client, link);
    if (!this.silent) link.open();
  }

  /** A server that cannot be reached resets the client; a link without sockets is forgotten. */
  private watched(socket: Socket, link: Link): Socket {
    socket.on('error', () => link.alive && link.reset());
    socket.once('close', () => link.sockets.every(({ destroyed }) => destroyed) && this.links.delete(link));
    return socket;
  }
}
