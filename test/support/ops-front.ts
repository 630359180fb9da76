import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';

/** A process of the application and the modules that are asked of it. */
export interface OperatedProcess {
  readonly opsUrl: string;
  readonly modules: readonly string[];
}

interface Answer {
  status: number;
  /** Those that clients rely on. */
  headers: Record<string, string>;
  body: string;
}

const API = '/ops/api';
/** Of what this one answers itself, which may put several answers together. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
]);
/** What is about one subscription or one module's jobs goes to the process that hosts it. */
const OF_A_MODULE = /^\/ops\/api\/(?:subscriptions|jobs)\/([a-z0-9-]+)[./]/;

const OF_A_MESSAGE = /^\/ops\/api\/messages\/(?!totals)/;

/**
 * One operator's API over those of several processes: lists are put together, counts added up, and what is
 * done to a subscription is done where it runs. For the acceptance suite, which asks for all modules at once.
 */
export class OpsFront {
  private constructor(
    private readonly server: Server,
    private readonly processes: readonly OperatedProcess[],
  ) {
    server.on('request', (request: IncomingMessage, response) => {
      this.answer(request)
        .catch((error: Error): Answer => ({
          status: 502,
          headers: { 'content-type': 'text/plain' },
          body: `A process does not answer: ${error.message}`,
        }))
        .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
        .catch(() => response.destroy());
    });
  }

  /** No module may be named twice. */
  static async before(processes: readonly OperatedProcess[]): Promise<OpsFront> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new OpsFront(server, processes);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const body = await text(request);
    const module = OF_A_MODULE.exec(request.url ?? '')?.[1];
    const one =
      module && (this.processes.find(({ modules }) => modules.includes(module)) ?? this.processes[0]);
    if (one) return ask(one, request, body);
    if (OF_A_MESSAGE.test(request.url ?? '')) return this.askUntilFound(request);
    return request.url === `${API}/pending-work` ? this.quiescent(request) : this.askAll(request, body);
  }

  /**
   * Processes are asked one after the other, so nothing may have been published from the first answer to the
   * last.
   */
  private async quiescent(request: IncomingMessage): Promise<Answer> {
    const before = await this.published(request);
    const answer = await this.askAll(request, '');
    if (answer.status !== 200 || (await this.published(request)) === before) return answer;
    return { ...answer, body: JSON.stringify({ ...JSON.parse(answer.body), quiescent: false }) };
  }

  private async published({ headers }: IncomingMessage): Promise<unknown> {
    const { body } = await this.askAll({ method: 'GET', url: `${API}/messages/totals`, headers }, '');
    return (JSON.parse(body) as { published?: number }).published;
  }

  /** The message stands in the log of one of them, and may be deferred at others. */
  private async askUntilFound(request: IncomingMessage): Promise<Answer> {
    const answers = await Promise.all(this.processes.map((process) => ask(process, request, '')));
    return answers.find(({ status }) => status !== 404) ?? answers[0];
  }

  /** What one of them refuses is refused. */
  private async askAll(
    request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
    body: string,
  ): Promise<Answer> {
    const answers = await Promise.all(this.processes.map((process) => ask(process, request, body)));
    const refusal = answers.find(({ status }) => status !== 200);
    if (refusal) return refusal;
    return {
      ...answers[0],
      body: JSON.stringify(answers.map((answer): unknown => JSON.parse(answer.body)).reduce(together)),
    };
  }
}

async function ask(
  { opsUrl }: OperatedProcess,
  { method, url, headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  body: string,
): Promise<Answer> {
  const {
    host: _host,
    connection: _connection,
    'content-length': _length,
    ...kept
  } = headers as Record<string, string>;
  const response = await fetch(`${opsUrl}${url}`, { method, headers: kept, ...(body && { body }) });
  return {
    status: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => !OF_THE_CONNECTION.has(name))),
    body: await response.text(),
  };
}

/** Lists one after the other, numbers added up, and true only where both are. */
function together(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) return [...(one as unknown[]), ...(other as unknown[])];
  if (typeof one === 'number' && typeof other === 'number') return one + other;
  if (typeof one === 'boolean' && typeof other === 'boolean') return one && other;
  const [ones, others] = [one, other] as Record<string, unknown>[];
  return Object.fromEntries(Object.keys(ones).map((key) => [key, together(ones[key], others[key])]));
}
