import { get } from 'node:http';

/** For how long a host that is silent is left out before it is asked again. */
const LEFT_OUT_MS = 1_000;
/** Longer than this, what was known of it is out of date. */
const REMEMBERED_MS = 60_000;

interface Silence {
  since: number;
  /** When it is asked again. */
  until: number;
}

/**
 * The hosts that take connections and say nothing, not even that they live: their processes are stopped, or
 * their machines are. Requests go elsewhere meanwhile. A host that is left out is probed again while requests
 * want it, and comes back with its first answer.
 */
export class UnresponsiveHosts {
  private readonly silent = new Map<string, Silence>();
  private readonly asked = new Map<string, Promise<boolean>>();

  /** `lives` asks a host once and does not throw. */
  constructor(
    private readonly lives: (url: string) => Promise<boolean>,
    /** Milliseconds that only go forward. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Whether the host answers just now. One question at a time, however many requests wait for it. */
  check(url: string): Promise<boolean> {
    let asking = this.asked.get(url);
    if (!asking) {
      asking = this.lives(url)
        .then((lives) => this.note(url, lives))
        .finally(() => this.asked.delete(url));
      this.asked.set(url, asking);
    }
    return asking;
  }

  /** Those that are not left out. */
  among(urls: readonly string[]): string[] {
    return urls.filter((url) => !this.isLeftOut(url));
  }

  private isLeftOut(url: string): boolean {
    const silence = this.silent.get(url);
    if (!silence) return false;
    const now = this.now();
    if (now > silence.since + REMEMBERED_MS) return !this.silent.delete(url);
    if (now > silence.until) void this.check(url);
    return true;
  }

  private note(url: string, lives: boolean): boolean {
    if (lives) this.silent.delete(url);
    else
      this.silent.set(url, {
        since: this.silent.get(url)?.since ?? this.now(),
        until: this.now() + LEFT_OUT_MS,
      });
    return lives;
  }
}

/** Asks a process whether it lives. Any answer says so, whatever it is. */
export const isAliveWithin =
  (milliseconds: number) =>
  (url: string): Promise<boolean> =>
    new Promise((resolve) => {
      const question = get(
        new URL('/health/live', url),
        { agent: false, signal: AbortSignal.timeout(milliseconds) },
        (answer) => {
          answer.resume();
          resolve(true);
        },
      );
      question.once('error', () => resolve(false));
    });
