import { Injectable, Logger } from '@nestjs/common';
import { errors, headers } from '@nats-io/transport-node';
import { Hosting } from '../hosting/hosting';
import { Broker } from '../transport/broker';
import { keysOf } from '../transport/keys-of-connection';
import { isAnswerOf } from '../transport/signed-answers';
import { textOf } from '../kernel/utf8';
import { signRequest } from './call-signatures';
import { ModuleUnreachable } from '../messages/module-unreachable';
import type { Call, CallChannel } from './module-calls';
import type { Reply } from './reply';
import { livenessSubjectOf, subjectOf, toHeaders } from './request';

const WAY_OUT =
  'another sender has forged it, or the two processes have not got the same keys (npm run nats:config).';
const PRESENCE_WITHIN_MS = 1_000;

/**
 * Calls as requests over core NATS: nothing is stored, and of the processes that host a module one gets each
 * of them.
 */
@Injectable()
export class NatsCallChannel implements CallChannel {
  private readonly logger = new Logger(NatsCallChannel.name);

  constructor(
    private readonly broker: Broker,
    private readonly hosting: Hosting,
  ) {}

  async ask(call: Call, timeoutMs: number): Promise<Reply | 'no-responder' | 'no-answer'> {
    const { id, contract, context } = call;
    const { version, readableSince } = contract;
    const headers = headersOf(
      toHeaders({ id, version, readableSince, timeoutMs: call.deadline.left, context }),
    );
    const connection = this.connectionTo(contract.module);
    const [subject, data, keys] = [subjectOf(contract), JSON.stringify(call.fields), keysOf(connection)];
    const nonce = keys && signRequest(keys, this.hosting.hosted[0], subject, data, headers);
    try {
      const answer = await connection.request(subject, data, { headers, timeout: timeoutMs });
      if (keys && !isAnswerOf(keys, contract.module, subject, nonce!, answer)) {
        this.logger.warn(
          `An answer to ${contract.name} is not signed by ${contract.module} and does not count: ${WAY_OUT}`,
        );
        return 'no-answer';
      }
      return JSON.parse(textOf(subject, answer.data)) as Reply;
    } catch (error) {
      if (hasNoResponders(error)) return 'no-responder';
      if (error instanceof errors.TimeoutError) return 'no-answer';
      throw isOfConnection(error)
        ? new ModuleUnreachable(contract.module, 'no-broker', { cause: error })
        : error;
    }
  }

  async isAlive(module: string): Promise<boolean> {
    try {
      await this.connectionTo(module).request(livenessSubjectOf(module), '', { timeout: PRESENCE_WITHIN_MS });
      return true;
    } catch {
      return false;
    }
  }

  private connectionTo(module: string): Broker['calls'] {
    try {
      return this.broker.calls;
    } catch (error) {
      throw new ModuleUnreachable(module, 'no-broker', { cause: error });
    }
  }
}

function headersOf(entries: readonly [string, string][]): ReturnType<typeof headers> {
  const made = headers();
  for (const [name, value] of entries) made.set(name, value);
  return made;
}

const hasNoResponders = (error: unknown): boolean =>
  error instanceof errors.NoRespondersError ||
  (error instanceof errors.RequestError && error.isNoResponders());

const isOfConnection = (error: unknown): boolean =>
  [
    errors.ConnectionError,
    errors.ClosedConnectionError,
    errors.DrainingConnectionError,
    errors.RequestError,
  ].some((type) => error instanceof type);
