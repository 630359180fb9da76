import type { Broker } from '../transport/broker';
import { LogStream } from '../transport/log-stream';
import { questionTo } from '../transport/signed-answers';

/** Beside the calls to a module, so that the same permissions do; no contract can have this name. */
export const locationSubjectOf = (module: string): string => `seamline.call.${module}._log.home`;

/** Where a process says that it hosts a module. */
export interface AnnouncedLocation {
  /** Of the log in that database. */
  readonly identity: string;
  /** As host:port/database. */
  readonly place: string;
}

/** What a database says of its own log. */
export interface OwnLog {
  readonly identity: string;
  /** The log of the stream that an operator has said this one goes on behind. */
  readonly follows?: string | null;
}

/** Others that have not answered this long after the last one that did are not waited for. */
const STALL_MS = 150;
const LONGEST_WAIT_MS = 1_000;

/**
 * Looks for other places of a module, over the broker: a process that hosts it on another database, and a
 * stream that another log has filled.
 */
export class OtherLocations {
  constructor(private readonly broker: Pick<Broker, 'connection'>) {}

  /**
   * Where else the module lives, as the end of a sentence that begins with its name; undefined where nothing
   * says so.
   */
  async of(module: string, own: OwnLog): Promise<string | undefined> {
    const other = (await this.announced(module)).find(({ identity }) => identity !== own.identity);
    if (other) return `which lives in ${other.place}, as a process that hosts it says`;
    const stream = await LogStream.of(this.broker.connection, module);
    if (!(await stream.info())) return undefined;
    const { isEmpty, last } = await stream.end();
    if (isEmpty || !last?.identity || last.identity === own.identity || last.identity === own.follows)
      return undefined;
    return `which lives in another database: the stream ${stream.name} of the broker was filled from there`;
  }

  private async announced(module: string): Promise<AnnouncedLocation[]> {
    const { connection } = this.broker;
    const subject = locationSubjectOf(module);
    const { headers, accepts } = questionTo(connection, module, subject);
    const options = { strategy: 'stall', stall: STALL_MS, maxWait: LONGEST_WAIT_MS, headers } as const;
    const places: AnnouncedLocation[] = [];
    try {
      for await (const answer of await connection.requestMany(subject, '', options)) {
        if (accepts(answer)) places.push(answer.json<AnnouncedLocation>());
      }
    } catch {
      // No process hosts it.
    }
    return places;
  }
}
