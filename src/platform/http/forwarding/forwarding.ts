import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { createProxyServer } from 'httpxy';
import { Settings } from '../../config/settings';
import { Hosting } from '../../hosting/hosting';
import { Topology } from '../../hosting/topology';
import { newId } from '../../new-id';
import type { ApiElsewhere } from '../configure-http';
import { Draining } from '../draining';
import { HttpProblem } from '../http-problem';
import { correlationIdOf } from '../request-context';
import { Addresses } from './addresses';
import { ModuleAgent } from './module-agent';
import { PASSED_ON } from './passed-on';
import { RouteOwners } from './route-owners';
import { WholeApi } from './whole-api';

/** How the processes of this application begin their names in `Via`, which tells a loop: RFC 9110 section 7.6.3. */
const PSEUDONYM = 'seamline-';
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
/** Requests that change nothing can be sent again when their connection breaks before the answer. */
const REPEATABLE = new Set(['GET', 'HEAD']);
const MOST_ATTEMPTS = 5;

/** What has to be known of a request when its answer is there. */
interface Journey {
  module: string;
  /** Another process of this application sent it here. */
  sentOn: boolean;
  /** The client wants its connection closed. */
  clientCloses: boolean;
}

/** Sends requests for modules of other processes there, as streams: clients see one API at one address in every topology. */
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
    private readonly api: WholeApi,
    settings: Settings,
    addresses: Addresses,
  ) {
    this.owners = new RouteOwners(topology.routes);
    this.agent = new ModuleAgent(addresses, settings.calls.forwardWaitMs);
    this.proxy.on('proxyRes', (answer, _request, response) => this.answered(answer, response as Response));
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
    const hops = [request.headers.via ?? []]
      .flat()
      .join()
      .split(',')
      .filter((hop) => hop.includes(` ${PSEUDONYM}`));
    if (hops.length >= MOST_HOPS || hops.some((hop) => hop.includes(this.pseudonym))) {
      return next(new HttpProblem(508, 'request.loop', 'The request was sent in a circle between the processes of this service.'));
    }
    this.send(request, response, { module: route.module, sentOn: hops.length > 0, clientCloses: closes(request) }).catch(next);
  };

  private async send(request: Request, response: Response, journey: Journey): Promise<void> {
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
    const repeatable = REPEATABLE.has(request.method) && !hasBody;
    response.locals.journey = journey;
    response.emit(PASSED_ON);
    request.headers = forwardedHeaders(request, this.pseudonym, correlationIdOf(response));
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.proxy.web(request, response, {
          target: `http://${journey.module}`,
          agent: this.agent,
          // Without a body there is nothing to stream, and an attempt must not use the stream up for the next one.
          ...(!hasBody && { buffer: Readable.from([]) }),
        });
      } catch (error) {
        if (response.destroyed) return;
        const broken = ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
        if (!broken || !repeatable || response.headersSent || attempt === MOST_ATTEMPTS) throw error;
      }
    }
  }

  /** Before anything of the answer is passed on. */
  private answered(answer: IncomingMessage, response: Response): void {
    const { module, sentOn, clientCloses } = response.locals.journey as Journey;
    for (const name of hopByHop(answer.headers.connection)) delete answer.headers[name];
    const isClosing = clientCloses || this.draining.closesConnections;
    answer.headers.connection = isClosing ? 'close' : 'keep-alive';

    // The answer came through yet another process: it knew better where the module is.
    if (answer.headers.via !== undefined) this.agent.leave(module, answer.socket);
    if (sentOn) answer.headers.via = `1.1 ${this.pseudonym}`;
    else delete answer.headers.via;

    if (!String(answer.headers['content-type']).startsWith('text/event-stream')) return;
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
  return { ...headers, via: [...via, `${request.httpVersion} ${pseudonym}`].join(', '), 'x-correlation-id': correlationId };
}

const hopByHop = (connection: string | undefined): string[] => [
  ...HOP_BY_HOP,
  ...(connection
    ?.toLowerCase()
    .split(',')
    .map((name) => name.trim()) ?? []),
];

const closes = (request: Request): boolean => /(^|,)\s*close\s*(,|$)/i.test(request.headers.connection ?? '');
