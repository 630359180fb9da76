import { Agent, type ClientRequestArgs } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../../kernel/backoff';
import { ModuleUnreachable } from '../../messages/module-unreachable';
import { Deadline } from '../../kernel/deadline';
import type { Addresses } from './addresses';
import type { UnresponsiveHosts } from './unresponsive-hosts';

const CONNECT_WITHIN_MS = 2_000;
/**
 * One question to the broker in so long, however many requests wait: a module that is there again is found
 * soon.
 */
const BACKOFF = { firstMs: 25, longestMs: 75 };
const PROBE_AFTER_MS = 10_000;
/** A host that has just answered is not asked again for so long, however many requests wait for it. */
const HEARD_MS = 500;

/**
 * Connects requests whose host is a module's name to a process that hosts it. A request waits for its
 * connection before any of it is sent: while no process can be reached, because the module is restarted or
 * moved, its client waits and nothing has to be repeated.
 */
export class ModuleAgent extends Agent {
  /** Where the open connections lead. */
  private readonly urls = new WeakMap<object, string>();
  /** Those that are not to be used again. */
  private readonly left = new WeakSet<object>();
  /** Until when a host counts as living, by the process's monotonic clock. */
  private readonly heard = new Map<string, number>();

  constructor(
    private readonly addresses: Pick<Addresses, 'of' | 'forget'>,
    private readonly waitMs: number,
    private readonly silent: UnresponsiveHosts,
  ) {
    super({ keepAlive: true });
  }

  override createConnection(
    options: ClientRequestArgs,
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.connectTo(String(options.host)).then(
      (socket) => done?.(null, socket),
      (error: Error) => done?.(error, undefined as unknown as Duplex),
    );
  }

  /** Node asks whether a connection is kept when its answer has ended. */
  override keepSocketAlive(connection: Duplex): boolean {
    return !this.left.has(connection) && (super.keepSocketAlive(connection) as unknown as boolean);
  }

  /**
   * Looks for the module elsewhere from now on: the process behind this connection does not host it any more.
   */
  leave(module: string, connection: object): void {
    const url = this.urls.get(connection);
    this.left.add(connection);
    if (url) {
      this.addresses.forget(module, url);
      this.heard.delete(url);
    }
    this.closeIdle(url);
  }

  /**
   * Asks whether the process behind a connection lives, because it owes an answer. One that is silent gets no
   * more requests until it speaks again, unless there is no other. Resolves to true when it is silent and
   * there is another one.
   */
  async isBetterElsewhere(module: string, connection: object): Promise<boolean> {
    const url = this.urls.get(connection);
    if (!url || performance.now() < (this.heard.get(url) ?? 0)) return false;
    if (await this.silent.check(url)) {
      this.heard.set(url, performance.now() + HEARD_MS);
      return false;
    }
    this.heard.delete(url);
    this.closeIdle(url);
    // Where no other one is known, the next look asks all of them.
    this.addresses.forget(module, url);
    const others = (await this.addresses.of(module)).filter((other) => other !== url);
    return this.silent.among(others).length > 0;
  }

  private closeIdle(url: string | undefined): void {
    for (const sockets of Object.values(this.freeSockets)) {
      for (const socket of sockets ?? []) if (this.urls.get(socket) === url) socket.destroy();
    }
  }

  private async connectTo(module: string): Promise<Socket> {
    const deadline = Deadline.in(this.waitMs);
    for (let attempt = 1; ; attempt += 1) {
      const urls = await this.addresses.of(module);
      const speaking = this.silent.among(urls);
      for (const url of speaking.length > 0 ? speaking : urls) {
        const socket = await connected(url);
        if (socket) {
          this.urls.set(socket, url);
          return socket;
        }
        this.addresses.forget(module, url);
      }
      if (deadline.hasPassed) throw new ModuleUnreachable(module, 'not-hosted');
      await sleep(Math.min(deadline.left, backoff(attempt, BACKOFF)));
    }
  }
}

/** A connection to the server, or nothing when it is refused. */
function connected(url: string): Promise<Socket | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || 80),
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: PROBE_AFTER_MS,
    });
    const failed = (): void => {
      socket.destroy();
      resolve(undefined);
    };
    socket.setTimeout(CONNECT_WITHIN_MS, failed);
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('timeout', failed).off('error', failed);
      resolve(socket);
    });
  });
}
