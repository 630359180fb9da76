import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Msg, Subscription } from '@nats-io/transport-node';
import { Hosting } from '../hosting/hosting';
import { Idempotency } from '../http/idempotency';
import { type RequestHandler, Handlers } from '../messages/handlers';
import { withMessageContext } from '../messages/message-context';
import { readMessage } from '../messages/read-message';
import { Refusal } from '../domain/refusal';
import { Broker } from '../transport/broker';
import { keysOf } from '../transport/keys-of-connection';
import { drained } from '../transport/drained';
import { respondFor } from '../transport/signed-answers';
import { textOf } from '../kernel/utf8';
import { requestProblem } from './call-signatures';
import { Deadline, withDeadline } from '../kernel/deadline';
import { type JsonValue, toJsonValue } from './json-value';
import { type CallRequest, callsTo, fromHeaders, livenessSubjectOf } from './request';
import { type Reply, replyToError } from './reply';

/**
 * Answers calls from other processes to the modules of this one. Processes that host the same module share
 * its calls.
 */
@Injectable()
export class CallEndpoint implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(CallEndpoint.name);
  private readonly running = new Set<Promise<void>>();
  private owners = new Map<string, RequestHandler>();
  private subscriptions: Subscription[] = [];

  constructor(
    private readonly broker: Broker,
    private readonly hosting: Hosting,
    private readonly handlers: Handlers,
    private readonly idempotency: Idempotency,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.broker.isConfigured) return;
    this.owners = new Map(
      [...this.handlers.commands, ...this.handlers.queries].map((owner) => [owner.contract.name, owner]),
    );
    this.subscriptions = this.hosting.hosted.map((module) =>
      this.broker.calls.subscribe(callsTo(module), {
        queue: module,
        callback: (error, message) => {
          if (error) this.logger.warn(`Calls to ${module} cannot be received: ${error.message}`);
          else if (message.subject === livenessSubjectOf(module)) message.respond();
          else this.track(this.answer(message));
        },
      }),
    );
  }

  /** Takes no more calls, and ends when those that run have been answered. */
  async onModuleDestroy(): Promise<void> {
    await drained(this.subscriptions.splice(0));
    await Promise.all(this.running);
  }

  private track(answering: Promise<void>): void {
    const run = answering
      .catch((error: unknown) => this.logger.error(`A call was not answered: ${String(error)}`))
      .finally(() => this.running.delete(run));
    this.running.add(run);
  }

  private async answer(message: Msg): Promise<void> {
    const name = message.subject.split('.').slice(2).join('.');
    const keys = keysOf(this.broker.calls);
    const problem = keys && requestProblem(keys, message);
    if (problem !== undefined) {
      // It is not answered either: where the answer would go is the forger's choice.
      this.logger.warn(
        `A call to ${name} is left alone: ${problem}. If a module of this application made it, give both processes the same keys.`,
      );
      return;
    }
    const respond = (reply: Reply): void =>
      respondFor(this.broker.calls, name.split('.')[0], message, JSON.stringify(reply));
    const reply = await this.replyTo(message, name);
    try {
      respond(reply);
    } catch (error) {
      this.logger.error(`The answer to ${name} could not be sent: ${String(error)}`);
      // It may have been larger than the broker takes: then its caller must not wait in vain.
      if (!this.broker.calls.isClosed()) respond({ outcome: 'failed' });
    }
  }

  private async replyTo(message: Msg, name: string): Promise<Reply> {
    const request = fromHeaders((header) => message.headers?.get(header) || undefined);
    try {
      const owner = this.owners.get(name);
      if (!request) throw new Error('It lacks the headers of a call.');
      if (!owner)
        throw new Error('No handler in this process answers it. Deploy its owner before its callers.');
      return await withMessageContext(request.context, () => this.execute(owner, request, message));
    } catch (error) {
      const reply = replyToError(error);
      if (reply.outcome === 'failed' || reply.outcome === 'misfit') {
        const text = `The call ${name} failed, correlation id ${request?.context.correlationId ?? 'unknown'}: ${String(error)}`;
        this.logger.error(text, error instanceof Error ? error.stack : undefined);
      }
      return reply;
    }
  }

  private async execute(
    { contract, handler, module }: RequestHandler,
    request: CallRequest,
    message: Msg,
  ): Promise<Reply> {
    const deadline = Deadline.in(request.timeoutMs);
    const fields = JSON.parse(textOf(message.subject, message.data)) as object;
    const { version, readableSince } = request;
    const parsed = readMessage({ version, readableSince, data: fields }, contract);
    const work = async (): Promise<JsonValue> => {
      // It may have waited for a connection past its caller's deadline.
      if (deadline.hasPassed) throw new TooLate();
      return toJsonValue(await handler.execute(parsed));
    };
    try {
      const result = await withDeadline(deadline, () =>
        contract.kind === 'query'
          ? work()
          : this.idempotency.once(
              {
                key: request.id,
                module,
                route: `call ${contract.name}`,
                caller: 'another process',
                body: fields,
              },
              work,
            ),
      );
      return { outcome: 'result', result };
    } catch (error) {
      if (error instanceof TooLate) return { outcome: 'unavailable' };
      if (error instanceof Refusal && error.code === 'idempotency.in-flight') return { outcome: 'busy' };
      throw error;
    }
  }
}

class TooLate extends Error {}
