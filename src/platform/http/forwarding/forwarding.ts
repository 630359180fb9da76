import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { createProxyServer } from 'httpxy';
import { Deadline } from '../../kernel/deadline';
import { Settings } from '../../config/settings';
import { Hosting } from '../../hosting/hosting';
import { Topology } from '../../topology/topology';
import { newId } from '../../kernel/new-id';
import type { ApiElsewhere } from '../configure-http';
import { Draining } from '../draining';
import { isEventStream } from '../event-stream';
import { EventStreams } from '../event-streams';
import { HttpProblem } from '../http-problem';
import { preferredWait } from '../prefer-wait';
import { correlationIdOf } from '../request-context';
import { sendProblem } from '../send-problem';
import { toProblem } from '../to-problem';
import { Addresses } from './addresses';
import { type AnswerLimits, limitAnswer, NoAnswer } from './answer-limits';
import { ModuleAgent } from './module-agent';
import { FORWARDED } from './forwarded';
import { repeatableBody } from './repeatable-body';
import { RouteOwners } from './route-owners';
import { isAliveWithin, UnresponsiveHosts } from './unresponsive-hosts';
import { hopsOf, PSEUDONYM } from '../via';
import { ApiCatalogue } from './api-catalogue';

/** A process may know an old address and be sent on by who is there now; more than that is no topology. */
const MOST_HOPS = 3;
/** About one connection and nothing beyond it: RFC 9110 section 7.6.1. Framing is Node's own. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'upgrade',
  'expect',
];
const MOST_ATTEMPTS = 5;
/** A process that owes an answer for so long is asked whether it lives, and again as often as that. */
const WAITING_MS = 1_000;
const LIVES_WITHIN_MS = 2_000;

/** What has to be known of a request when its answer is there. */
interface Journey {
  module: string;
  /** Another process of this application sent it here. */
  sentOn: boolean;
  /** The client wants its connection closed. */
  clientCloses: boolean;
  limits: AnswerLimits;
  /** It may be sent again. */
  repeatable: boolean;
}

/** The process that an attempt went to is silent, and another one hosts the module, too. */
class SilentHost extends NoAnswer {
  constructor() {
    super('is silent');
  }
}

/**
 * Sends requests for modules of other processes there, as streams: clients see one API at one address in
 * every topology.
 */
@Injectable()
export class Forwarding implements OnApplicationShutdown {
  private readonly owners: RouteOwners;
  private readonly agent: ModuleAgent;
  private readonly proxy = createProxyServer();
  private readonly pseudonym = `${PSEUDONYM}${newId()}`;

  constructor(
    topology: Topology,
    private readonly hosting: Hosting,
    private readonly draining: Draining,
    private readonly api: ApiCatalogue,
    private readonly settings: Settings,
    addresses: Addresses,
    private readonly streams: EventStreams,
  ) {
    const { forwardWaitMs, forwardSilenceMs } = settings.calls;
    this.owners = new RouteOwners(topology.routes);
    const silent = new UnresponsiveHosts(isAliveWithin(Math.min(LIVES_WITHIN_MS, forwardSilenceMs / 2)));
    this.agent = new ModuleAgent(addresses, forwardWaitMs, silent);
    this.proxy.on('proxyReq', (attempt, request, response) =>
      this.watch(attempt, request as Request, response as Response),
    );
    this.proxy.on('proxyRes', (answer, request, response) =>
      this.answered(answer, request as Request, response as Response),
    );
  }

  onApplicationShutdown(): void {
    this.agent.destroy();
  }

  /** What other processes host of the API; nothing where every module is hosted in this one. */
  get elsewhere(): ApiElsewhere | undefined {
    if (this.hosting.elsewhere.length === 0) return undefined;
    return { forward: this.forward, describe: () => this.api.describe() };
  }

  /** Express middleware, for before anything reads the body. */
  private readonly forward = (request: Request, response: Response, next: NextFunction): void => {
    const route = this.owners.find(request.method, request.path);
    if (!route || this.hosting.hosts(route.module)) return next();
    // Measured by its template, as where it is hosted.
    request.route = { path: route.path };
    const hops = hopsOf(request);
    if (hops.length >= MOST_HOPS || hops.some((hop) => hop.includes(this.pseudonym))) {
      return next(
        new HttpProblem(
          508,
          'request.loop',
          'The request was sent in a circle between the processes of this service.',
        ),
      );
    }
    const journey = {
      module: route.module,
      sentOn: hops.length > 0,
      clientCloses: closes(request),
      limits: this.limitsOf(request),
      repeatable: false,
    };
    this.send(request, response, journey).catch(next);
  };

  private async send(request: Request, response: Response, journey: Journey): Promise<void> {
    response.locals.journey = journey;
    response.emit(FORWARDED);
    const hasBody =
      request.headers['transfer-encoding'] !== undefined ||
      Number(request.headers['content-length'] ?? 0) > 0;
    // A body that is kept can be sent again, and an attempt must not use the stream up for the next one.
    const kept = await repeatableBody(request, this.settings.http.bodyLimitBytes).catch(
      (error: Error) => error,
    );
    if (kept instanceof Error) {
      if (response.destroyed) return;
      throw kept;
    }
    journey.repeatable = kept !== undefined;
    request.headers = forwardedHeaders(request, this.pseudonym, correlationIdOf(response));
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.proxy.web(request, response, {
          target: `http://${journey.module}`,
          agent: this.agent,
          ...((kept !== undefined || !hasBody) && {
            buffer: Readable.from(kept && kept.length > 0 ? [kept] : []),
          }),
        });
      } catch (error) {
        if (response.destroyed || response.writableEnded) return;
        const isBroken =
          error instanceof SilentHost ||
          ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
        if (
          isBroken &&
          journey.repeatable &&
          !response.headersSent &&
          attempt < MOST_ATTEMPTS &&
          !journey.limits.deadline.hasPassed
        )
          continue;
        throw error instanceof NoAnswer ? noAnswer(error) : error;
      }
    }
  }

  /** A client that would like to wait is allowed to, beside the usual time. */
  private limitsOf(request: Request): AnswerLimits {
    const { forwardSilenceMs, forwardTotalMs } = this.settings.calls;
    const wishedMs = (preferredWait(request.get('Prefer')) ?? 0) * 1_000;
    return {
      firstByteMs: forwardSilenceMs + wishedMs,
      silenceMs: forwardSilenceMs,
      deadline: Deadline.in(forwardTotalMs + wishedMs),
    };
  }

  private watch(attempt: ClientRequest, request: Request, response: Response): void {
    const { module, limits, repeatable } = response.locals.journey as Journey;
    const waiting = async (): Promise<void> => {
      const { socket } = attempt;
      const isBetterElsewhere = socket !== null && (await this.agent.isBetterElsewhere(module, socket));
      // What must not be sent twice waits on: the process may wake up.
      if (isBetterElsewhere && repeatable && !response.headersSent) attempt.destroy(new SilentHost());
    };
    const waitingMs = Math.min(WAITING_MS, limits.silenceMs / 4);
    limitAnswer(attempt, { request, response }, limits, { waiting: () => void waiting(), waitingMs });
  }

  /** Before anything of the answer is passed on. */
  private answered(answer: IncomingMessage, request: Request, response: Response): void {
    const { module, sentOn, clientCloses } = response.locals.journey as Journey;
    for (const name of hopByHop(answer.headers.connection)) delete answer.headers[name];
    const isClosing = clientCloses || this.draining.closesConnections;
    answer.headers.connection = isClosing ? 'close' : 'keep-alive';

    // The answer came through yet another process: it knew better where the module is.
    if (answer.headers.via !== undefined) this.agent.leave(module, answer.socket);
    if (sentOn) answer.headers.via = `1.1 ${this.pseudonym}`;
    else delete answer.headers.via;

    if (!isEventStream(answer.headers['content-type'])) return;
    try {
      if (request.method !== 'HEAD') this.streams.admit(request, response);
    } catch (error) {
      answer.destroy();
      return sendProblem(request, response, toProblem(error));
    }
    // A stream may be silent for long; its client wants to know that it is there.
    process.nextTick(() => response.headersSent || response.flushHeaders());
    this.endWhenDraining(answer, response);
  }

  /** A stream of events goes on elsewhere, from the last event that its client has seen. */
  private endWhenDraining(answer: IncomingMessage, response: ServerResponse): void {
    const end = (): void => {
      answer.unpipe(response);
      response.end();
    };
    this.draining.signal.addEventListener('abort', end);
    response.once('close', () => this.draining.signal.removeEventListener('abort', end));
  }
}

function forwardedHeaders(request: Request, pseudonym: string, correlationId: string): Request['headers'] {
  const headers = { ...request.headers };
  for (const name of hopByHop(headers.connection)) delete headers[name];
  const via = [headers.via ?? []].flat();
  return {
    ...headers,
    via: [...via, `${request.httpVersion} ${pseudonym}`].join(', '),
    'x-correlation-id': correlationId,
  };
}

const hopByHop = (connection: string | undefined): string[] => [
  ...HOP_BY_HOP,
  ...(connection
    ?.toLowerCase()
    .split(',')
    .map((name) => name.trim()) ?? []),
];

const noAnswer = (cause: NoAnswer): HttpProblem =>
  new HttpProblem(
    504,
    'service.no-answer',
    'A part of the service did not answer in time. Whether the request had its effect is unknown.',
    {
      headers: { 'Retry-After': '1' },
      cause,
    },
  );

const closes = (request: Request): boolean => /(^|,)\s*close\s*(,|$)/i.test(request.headers.connection ?? '');
