import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Msg, Subscription } from '@nats-io/transport-node';
import { ModuleDatabases } from '../database/module-databases';
import type { LogPosition } from '../messages/envelope';
import { LogHistory, type Standing } from '../log/log-history';
import { type LagQuestion, lagIn } from '../log/log-lag';
import { RemoteLag } from '../log/remote-sources';
import { Broker } from './broker';
import { drained } from './drained';
import { questionTo, respondFor } from './signed-answers';

const ANSWER_WITHIN_MS = 2_000;
/** Beside the calls to a module, so that the same permissions do; no contract can have this name. */
const lagsOf = (module: string): string => `seamline.call.${module}._log.lag`;
const positionSubjectOf = (module: string): string => `seamline.call.${module}._log.place`;
const UNKNOWN = 'unknown';

/** What the owner of a log says about a reader's position. */
export interface PositionReport {
  readonly standing: Standing;
  /** Which log it has. */
  readonly identity: string;
  /** The log that it goes on behind, in the stream; absent where there is none. */
  readonly follows?: string;
}

interface WrittenPosition {
  generation: number;
  tick: string;
  seq: string;
}

/**
 * How far positions are behind logs that other processes host. Only the owner of a log can tell, so it is
 * asked over the broker.
 */
@Injectable()
export class RemoteLags extends RemoteLag implements OnApplicationBootstrap, OnModuleDestroy {
  private subscriptions: Subscription[] = [];

  constructor(
    private readonly broker: Broker,
    private readonly databases: ModuleDatabases,
  ) {
    super();
  }

  /** Answers for the logs that are hosted here. */
  onApplicationBootstrap(): void {
    if (!this.broker.isConfigured) return;
    this.subscriptions = this.databases.modules.flatMap((module) => [
      this.answer(module, lagsOf(module), async (question) =>
        String((await lagIn(this.databases.of(module), question as LagQuestion)) ?? UNKNOWN),
      ),
      this.answer(module, positionSubjectOf(module), async (question) =>
        JSON.stringify(await this.placeIn(module, question as WrittenPosition)),
      ),
    ]);
  }

  /**
   * Does not answer a malformed question, or while the database is away: the caller then reports the lag as
   * unknown.
   */
  private answer(
    module: string,
    subject: string,
    reply: (question: unknown) => Promise<string>,
  ): Subscription {
    const { calls: connection } = this.broker;
    return connection.subscribe(subject, {
      queue: module,
      callback: (error, message) => {
        if (error) return;
        void (async () =>
          respondFor(connection, module, message, await reply(message.json<unknown>())))().catch(
          () => undefined,
        );
      },
    });
  }

  private async placeIn(module: string, { generation, tick, seq }: WrittenPosition): Promise<PositionReport> {
    const history = new LogHistory(this.databases.of(module));
    const { identity, follows } = await history.identity();
    const standing = await history.standing({ generation, tick: BigInt(tick), seq: BigInt(seq) });
    return { standing, identity, ...(follows && { follows: follows.identity ?? '' }) };
  }

  async onModuleDestroy(): Promise<void> {
    await drained(this.subscriptions.splice(0));
  }

  /**
   * Messages after a position in the log of a module; null when its owner cannot be asked, or does not know
   * the position.
   */
  async lag(module: string, question: LagQuestion): Promise<number | null> {
    if (!this.broker.isConfigured) return null;
    try {
      const lag = (await this.ask(module, lagsOf(module), question)).string();
      return lag === UNKNOWN ? null : Number(lag);
    } catch {
      return null;
    }
  }

  /** How a position relates to the log of a module; undefined when its owner cannot be asked. */
  async place(module: string, { generation, tick, seq }: LogPosition): Promise<PositionReport | undefined> {
    if (!this.broker.isConfigured) return undefined;
    const question: WrittenPosition = { generation, tick: tick.toString(), seq: seq.toString() };
    try {
      return (await this.ask(module, positionSubjectOf(module), question)).json<PositionReport>();
    } catch {
      return undefined;
    }
  }

  /** Throws when nothing comes in time that the module has answered. */
  private async ask(module: string, subject: string, question: object): Promise<Msg> {
    const { calls: connection } = this.broker;
    const { headers, accepts } = questionTo(connection, module, subject);
    const answer = await connection.request(subject, JSON.stringify(question), {
      timeout: ANSWER_WITHIN_MS,
      headers,
    });
    if (!accepts(answer)) throw new Error(`${module} has not signed the answer on ${subject}`);
    return answer;
  }
}
