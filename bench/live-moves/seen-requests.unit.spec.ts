import type { SeenRequest } from '../../src/demo/api-client';
import { failedIn, failuresIn, kindOf, longestOf, overlap, SeenRequests, spanOf } from './seen-requests';

const seen = (path: string, more: Partial<SeenRequest> = {}): SeenRequest => ({
  asked: { method: 'GET', path },
  begunAt: 0,
  endedAt: 10,
  status: 200,
  repeated: [],
  ...more,
});

describe('What clients have seen', () => {
  it.each([
    [{ method: 'POST', path: '/orders', waitSeconds: 30 }, 'POST /orders, waits for the end'],
    [{ method: 'GET', path: '/shipments?state=prepared&limit=200' }, 'GET /shipments'],
    [{ method: 'POST', path: '/shipments/0194/dispatch' }, 'POST /shipments/{id}/dispatch'],
    [{ method: 'GET', path: '/orders/totals' }, 'GET /orders/totals'],
  ] as const)('%j is %s', (asked, kind) => {
    expect(kindOf(asked)).toBe(kind);
  });

  it('counts as failed what was answered 5xx or 429 or was cut, and not what was refused', () => {
    const requests = new SeenRequests();
    requests.see(seen('/a', { repeated: [503, undefined] }));
    requests.see(seen('/a', { status: 500 }));
    requests.see(seen('/b', { status: 422 }));
    requests.see(seen('/b', { repeated: [503] }), 'probe');
    expect(failuresIn(requests.all)).toEqual([
      'GET /a: 503 (1)',
      'GET /a: cut (1)',
      'GET /a: 500 (1)',
      'probe: 503 (1)',
    ]);
    expect(failedIn(requests.all)).toBe(3);
  });

  it('finds the longest of those that were under way at a time', () => {
    const requests = new SeenRequests();
    for (const [begunAt, endedAt] of [
      [0, 900],
      [800, 1_300],
      [2_100, 4_000],
    ])
      requests.see(seen('/a', { begunAt, endedAt }));
    const span = { begunAt: 1_000, endedAt: 2_000 };
    expect(longestOf(requests.all.filter((request) => overlap(request, span)))).toBe(0.5);
    expect(requests.within({ begunAt: 500, endedAt: 1_000 })).toHaveLength(1);
    expect(longestOf([])).toBe(0);
    expect([requests.countOf('GET /a'), requests.countOf('GET /b')]).toEqual([3, 0]);
    expect(spanOf(requests.all)).toEqual({ begunAt: 0, endedAt: 4_000 });
  });
});
