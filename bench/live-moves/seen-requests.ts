import type { ApiRequest, SeenRequest } from '../../src/demo/api-client';
import { groupBy } from '../harness/group-by';

/** A span of time, in milliseconds of `performance.now()`. */
export interface Span {
  readonly begunAt: number;
  readonly endedAt: number;
}

/** A request of a kind. */
export interface CountedRequest extends Span {
  readonly kind: string;
  /**
   * What came of it each time that it was sent in vain: 429, 5xx, or undefined where it was cut. None for one
   * that went well at once.
   */
  readonly failures: readonly (number | undefined)[];
}

/** What clients have seen. */
export class SeenRequests {
  readonly all: CountedRequest[] = [];
  private readonly counts = new Map<string, number>();

  /** Notes a request, as of its own kind where none is given. */
  see({ asked, begunAt, endedAt, status, repeated }: SeenRequest, kind = kindOf(asked)): void {
    const failed = status === undefined || status >= 500 || status === 429;
    this.all.push({ kind, begunAt, endedAt, failures: failed ? [...repeated, status] : repeated });
    this.counts.set(kind, this.countOf(kind) + 1);
  }

  countOf(kind: string): number {
    return this.counts.get(kind) ?? 0;
  }

  /** Those that were sent first in a span. */
  within(span: Span): CountedRequest[] {
    return this.all.filter(({ begunAt }) => begunAt >= span.begunAt && begunAt <= span.endedAt);
  }
}

/** Method and route; requests that ask to wait for an order's end are of a kind of their own. */
export function kindOf({ method, path, waitSeconds }: ApiRequest): string {
  const [resource, id, ...rest] = path.split('?')[0].slice(1).split('/');
  const route = [resource, ...(id === undefined ? [] : [id === 'totals' ? id : '{id}']), ...rest].join('/');
  return `${method} /${route}${waitSeconds ? ', waits for the end' : ''}`;
}

/** From the first beginning to the last end. */
export const spanOf = (spans: readonly Span[]): Span => ({
  begunAt: spans.reduce((first, { begunAt }) => Math.min(first, begunAt), Number.POSITIVE_INFINITY),
  endedAt: spans.reduce((last, { endedAt }) => Math.max(last, endedAt), Number.NEGATIVE_INFINITY),
});

/** Whether two spans have a moment in common. */
export const overlap = (one: Span, other: Span): boolean =>
  one.begunAt <= other.endedAt && other.begunAt <= one.endedAt;

export const secondsOf = ({ begunAt, endedAt }: Span): number => (endedAt - begunAt) / 1_000;

/** In seconds; 0 of nothing. */
export const longestOf = (spans: readonly Span[]): number =>
  spans.reduce((longest, span) => Math.max(longest, secondsOf(span)), 0);

/** How many did not go well at once. */
export const failedIn = (requests: readonly CountedRequest[]): number =>
  requests.filter(({ failures }) => failures.length > 0).length;

/** What failures there were, in words. */
export function failuresIn(requests: readonly CountedRequest[]): string[] {
  const all = requests.flatMap(({ kind, failures }) =>
    failures.map((status) => `${kind}: ${status ?? 'cut'}`),
  );
  return [...groupBy(all, (what) => what)].map(([what, times]) => `${what} (${times.length})`);
}
