import { Injectable, Logger } from '@nestjs/common';
import { Broker } from '../../transport/broker';
import { questionTo } from '../../transport/signed-answers';

/** Where processes that host a module say where their API is. */
export const addressSubjectOf = (module: string): string => `seamline.address.${module}`;

/** How long after the last answer to wait for further ones. */
const STALL_MS = 25;
const LONGEST_WAIT_MS = 1_000;
/** After this long the processes are asked again, so that new ones get their share. */
const KEPT_MS = 10_000;

interface Known {
  urls: string[];
  until: number;
}

/** Where the processes are that host a module: asked over the broker, and remembered. */
@Injectable()
export class Addresses {
  private readonly logger = new Logger(Addresses.name);
  private readonly known = new Map<string, Known>();
  private readonly asked = new Map<string, Promise<string[]>>();

  constructor(private readonly broker: Broker) {}

  /** The base URLs, in another order each time; none when no process answers. */
  async of(module: string): Promise<string[]> {
    const known = this.known.get(module);
    if (!known || known.urls.length === 0) return shuffled(await this.ask(module));
    // What is known serves until the answer is there.
    if (performance.now() > known.until) void this.ask(module);
    return shuffled(known.urls);
  }

  /** The address is unreachable, or its process no longer hosts the module. */
  forget(module: string, url: string): void {
    const known = this.known.get(module);
    if (known) known.urls = known.urls.filter((one) => one !== url);
  }

  /** One question at a time for each module, however many requests wait for its answer. */
  private ask(module: string): Promise<string[]> {
    let asking = this.asked.get(module);
    if (!asking) {
      asking = this.answersOf(module)
        .then((urls) => {
          if (urls.length > 0) this.known.set(module, { urls, until: performance.now() + KEPT_MS });
          return urls;
        })
        .finally(() => this.asked.delete(module));
      this.asked.set(module, asking);
    }
    return asking;
  }

  private async answersOf(module: string): Promise<string[]> {
    const urls = new Set<string>();
    try {
      const { calls: connection } = this.broker;
      const subject = addressSubjectOf(module);
      const { headers, accepts } = questionTo(connection, module, subject);
      const options = { strategy: 'stall', stall: STALL_MS, maxWait: LONGEST_WAIT_MS, headers } as const;
      for await (const answer of await connection.requestMany(subject, '', options)) {
        // A forged address would receive requests with everything that clients send.
        if (accepts(answer)) urls.add(answer.string());
        else
          this.logger.warn(
            `An address of ${module} is not signed by it and does not count: another sender has forged it, or keys differ.`,
          );
      }
    } catch (error) {
      this.logger.debug(`No process says where ${module} is: ${String(error)}`);
    }
    return [...urls];
  }
}

function shuffled<T>(list: readonly T[]): T[] {
  const mixed = [...list];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
  }
  return mixed;
}
