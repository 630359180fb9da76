import { createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Clock } from '../unit-of-work/clock';
import { type BatchWriter, UnitOfWork } from '../unit-of-work/unit-of-work';
import { Refusal } from '../domain/refusal';
import { failpoint } from '../kernel/failpoints';
import { callerOf } from './caller';
import { documentsHeader } from './document-header';
import { fingerprintOf } from './fingerprint';
import { HttpProblem } from './http-problem';
import { IN_FLIGHT } from './to-problem';
import { asValidated } from './validated-request';

/** How long an answer can be replayed. */
export const IDEMPOTENCY_WINDOW_MS = 24 * 60 * 60 * 1_000;
/** Marks an answer that was given before. */
export const REPLAYED_HEADER = 'Idempotency-Replayed';
const KEY = /^[\x21-\x7e]{1,255}$/;

/** What makes two requests the same one. */
export interface IdempotencyContext {
  /** `Idempotency-Key`; absent when the client sent none, and then nothing is remembered. */
  key?: string;
  /** The module whose database remembers the answer: the one that does the work. */
  module: string;
  /** Method and template: `POST /orders/:id/returns`. */
  route: string;
  caller: string;
  /**
   * What the fingerprint is made of: the path's parameters and the body, as they were validated, so that the
   * same request in another spelling is the same one. Headers such as `Prefer` are no part of it.
   */
  readonly body: unknown;
  /** Called when the request was done before, and is answered as it was then. */
  readonly onReplay?: () => void;
}

/**
 * The idempotency context of the request, for `Idempotency.once`; takes the name of the module that does the
 * work.
 */
export const IdempotencyContext = createParamDecorator(
  (module: string, context: ExecutionContext): IdempotencyContext => {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    const body: unknown = request.body;
    return {
      key: idempotencyKey(request.get('Idempotency-Key')),
      module,
      route: `${request.method} ${String((request.route as { path: unknown }).path)}`,
      caller: callerOf(request),
      onReplay: () => response.setHeader(REPLAYED_HEADER, 'true'),
      // Looked up when it is used: the pipes of the other parameters have run by then.
      get body() {
        return { parameters: { ...asValidated(request.params) }, body: asValidated(body) };
      },
    };
  },
  [
    documentsHeader({
      name: 'Idempotency-Key',
      description:
        'Makes it safe to send the request again: within 24 hours the same key and body get the first answer, another body is refused with 422.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  ],
);

/** The key in the header; malformed ones are answered with 400. */
export function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || KEY.test(header)) return header;
  throw new HttpProblem(
    400,
    'request.idempotency-key-malformed',
    'Idempotency-Key takes 1 to 255 visible ASCII characters without spaces.',
  );
}

/** Does the work of a request once, however often the request is sent. */
@Injectable()
export class Idempotency {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `work` in a unit of work of the context's module and resolves to its result; later requests with the
   * same key and body get that result without the work. Result and effects commit together, so a refused
   * request leaves no key. The result must be plain JSON. The controller makes status, `Location` and body
   * out of it and of nothing else: so a replay is answered like the first request, byte for byte.
   */
  async once<T>(context: IdempotencyContext, work: () => Promise<T>): Promise<T> {
    return (await this.perform(context, work)).result;
  }

  /**
   * The same for an answer that says more than the result, such as how a thing stands after a while:
   * `respond` makes it after the commit, and it is kept before it is sent. A replay gets it as it was; where
   * none was kept, `respond` is asked again. Without `respond` the request wants nothing but the result. The
   * answer must be plain JSON, too.
   */
  async answer<T, A>(
    context: IdempotencyContext,
    work: () => Promise<T>,
    respond?: (result: T) => Promise<A>,
  ): Promise<{ result: T; answer?: A }> {
    const { result, isReplay, kept } = await this.perform(context, work);
    if (kept !== undefined) return { result, answer: JSON.parse(kept) as A };
    if (!respond) return { result };
    const answer = await respond(result);
    const { key, module, route, caller } = context;
    if (key === undefined || isReplay) return { result, answer };
    const text = JSON.stringify(answer);
    await this.unitOfWork.run(module, () =>
      this.unitOfWork.manager.query(
        `update idempotency_keys set answer = answer || jsonb_build_object('kept', $4::text) where key = $1 and route = $2 and caller = $3`,
        [key, route, caller, text],
      ),
    );
    return { result, answer: JSON.parse(text) as A };
  }

  private perform<T>(context: IdempotencyContext, work: () => Promise<T>): Promise<Performed<T>> {
    const { key, module } = context;
    if (key === undefined)
      return this.unitOfWork.run(module, async () => ({ result: await work(), isReplay: false }));
    return this.unitOfWork.run(module, () => this.replayOrDo({ ...context, key }, work));
  }

  private async replayOrDo<T>(
    context: IdempotencyContext & { key: string },
    work: () => Promise<T>,
  ): Promise<Performed<T>> {
    const { route, caller, key } = context;
    const fingerprint = fingerprintOf(context.body);
    const manager = this.unitOfWork.manager;

    const [{ locked, ...first }] = await manager.query<Claim<T>[]>(
      `select * from claim_idempotency_key($1, $2, $3, clock_timestamp() + $4::float8 * interval '1 millisecond')`,
      [key, route, caller, this.clock.aheadMs - IDEMPOTENCY_WINDOW_MS],
    );
    if (!locked) throw inFlight();

    if (first.fingerprint !== null && first.fingerprint !== fingerprint) {
      throw new Refusal(
        'invalid',
        'idempotency.key-reused',
        'This Idempotency-Key was used for another request. Use a new key for each request.',
      );
    }
    if (first.answer !== null) {
      context.onReplay?.();
      const { text, result, kept } = first.answer;
      // What an earlier version has stored has no text.
      return { result: (text === undefined ? result : JSON.parse(text)) as T, isReplay: true, kept };
    }
    failpoint('idempotency.claimed');

    const result = await work();
    // jsonb keeps the fields of an object in an order of its own; the text keeps that of the first answer.
    const answer = JSON.stringify({ result, text: JSON.stringify(result) });
    this.unitOfWork.defer(answers, { key, route, caller, fingerprint, answer, aheadMs: this.clock.aheadMs });
    // What a replay will get, so that both answers have one form.
    return { result: (JSON.parse(answer) as { result?: T }).result as T, isReplay: false };
  }
}

const inFlight = (): Refusal =>
  new Refusal(
    'conflict',
    IN_FLIGHT,
    'A request with this Idempotency-Key is being worked on. Ask again in a moment.',
  );

interface Performed<T> {
  result: T;
  isReplay: boolean;
  /** The whole answer as JSON, where one was kept. */
  kept?: string;
}

/** What is known of a key: nothing when `fingerprint` is null. */
interface Claim<T> {
  /** False while another request with the key is being worked on. */
  locked: boolean;
  fingerprint: string | null;
  answer: { result?: T; text?: string; kept?: string } | null;
}

interface StoredAnswer {
  key: string;
  route: string;
  caller: string;
  fingerprint: string;
  /** JSON. */
  answer: string;
  /** What a test has moved the clock by. */
  aheadMs: number;
}

/** A unit of work answers one request, so there is one of them. */
const answers: BatchWriter<StoredAnswer> = {
  async write(manager, [{ key, route, caller, fingerprint, answer, aheadMs }]) {
    await manager.query(
      `insert into idempotency_keys (key, route, caller, fingerprint, answer, created_at) values ($1, $2, $3, $4, $5, clock_timestamp() + $6::float8 * interval '1 millisecond')
       on conflict (key, route, caller) do update set fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at`,
      [key, route, caller, fingerprint, answer, aheadMs],
    );
    failpoint('idempotency.answer-stored');
  },
};
