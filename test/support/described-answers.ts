import type request from 'supertest';
import { type ApiDocument, DescribedApi, type Exchange } from './described-api';
import { DOCUMENTATION } from './routes';

const METHODS = ['get', 'head', 'put', 'post', 'delete', 'patch'] as const;
/** Of one mistake there may be thousands. */
const MOST_SHOWN = 20;

/** An answer, and what superagent knows of its request. */
type Answer = Omit<request.Response, 'request'> & {
  req: { method: string; path: string };
  request: { _data?: unknown };
};

/** Every answer that a test gets from an application, compared with the OpenAPI document. */
export class DescribedAnswers {
  private readonly exchanges: Exchange[] = [];
  private readonly found = new Set<string>();
  private readonly statuses = new Map<string, Set<number>>();
  private api: DescribedApi | undefined;

  /** `load` is asked for the document once, when answers are looked at. */
  constructor(private readonly load: () => Promise<ApiDocument>) {}

  /** The same agent, with each of its answers noted. */
  noting(plain: ReturnType<typeof request> | request.Agent): request.Agent {
    const noted = Object.fromEntries(
      METHODS.map((method) => [
        method,
        (path: string): request.Test =>
          plain[method](path).on('response', (answer: unknown) => this.note(answer as Answer)),
      ]),
    );
    return noted as unknown as request.Agent;
  }

  /** The statuses that each operation was answered with, by their ids. */
  async seen(): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
    await this.look();
    return this.statuses;
  }

  /** Throws where an answer differs from the document. */
  async check(): Promise<void> {
    await this.look();
    const found = [...this.found];
    if (found.length === 0) return;
    this.found.clear();
    throw new Error(
      `${found.length} answers are not as the OpenAPI document says:\n${found.slice(0, MOST_SHOWN).join('\n')}`,
    );
  }

  private note({ req, request: { _data }, status, headers, body, type }: Answer): void {
    if (DOCUMENTATION.test(req.path)) return;
    const sent = typeof _data === 'object' && _data !== null && !Buffer.isBuffer(_data) ? _data : undefined;
    this.exchanges.push({
      method: req.method,
      path: req.path,
      sent,
      status,
      headers,
      body: type.endsWith('json') ? (body as unknown) : undefined,
    });
  }

  private async look(): Promise<void> {
    if (this.exchanges.length === 0) return;
    this.api ??= new DescribedApi(await this.load());
    for (const exchange of this.exchanges.splice(0)) {
      const { method, path, status } = exchange;
      const operationId = this.api.find(method, path)?.operation.operationId;
      if (operationId !== undefined)
        this.statuses.set(operationId, (this.statuses.get(operationId) ?? new Set()).add(status));
      const amiss = this.api.amiss(exchange);
      if (amiss.length > 0) this.found.add(`${method} ${path.slice(0, 200)} ${status}: ${amiss.join('; ')}`);
    }
  }
}
