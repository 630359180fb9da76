import { Injectable } from '@nestjs/common';
import { errors, headers } from '@nats-io/transport-node';
import { Broker } from '../transport/broker';
import { ModuleUnreachable } from './module-unreachable';
import type { Call, CallChannel } from './module-calls';
import type { Reply } from './reply';
import { presenceOf, subjectOf, toHeaders } from './request';

const PRESENCE_WITHIN_MS = 1_000;

/** Calls as requests over core NATS: nothing is stored, and of the processes that host a module one gets each of them. */
@Injectable()
export class NatsCallChannel implements CallChannel {
  constructor(private readonly broker: Broker) {}

  async ask(call: Call, timeoutMs: number): Promise<Reply | 'nobody' | 'silence'> {
    const { id, contract, context } = call;
    const headers = headersOf(toHeaders({ id, version: contract.version, timeoutMs: call.deadline.left, context }));
    const connection = this.connectionTo(contract.module);
    try {
      const answer = await connection.request(subjectOf(contract), JSON.stringify(call.fields), {
        headers,
        timeout: timeoutMs,
      });
      return answer.json<Reply>();
    } catch (error) {
      if (isNobody(error)) return 'nobody';
      if (error instanceof errors.TimeoutError) return 'silence';
      throw isOfConnection(error) ? new ModuleUnreachable(contract.module, 'no-broker', { cause: error }) : error;
    }
  }

  async isThere(module: string): Promise<boolean> {
    try {
      await this.connectionTo(module).request(presenceOf(module), '', { timeout: PRESENCE_WITHIN_MS });
      return true;
    } catch {
      return false;
    }
  }

  private connectionTo(module: string): Broker['connection'] {
    try {
      return this.broker.connection;
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

const isNobody = (error: unknown): boolean =>
  error instanceof errors.NoRespondersError || (error instanceof errors.RequestError && error.isNoResponders());

const isOfConnection = (error: unknown): boolean =>
  [errors.ConnectionError, errors.ClosedConnectionError, errors.DrainingConnectionError, errors.RequestError].some(
    (type) => error instanceof type,
  );
