import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CALLS_COUNTED_SINCE, CallMetrics } from '../../calls/call-metrics';
import { ModuleUnreachable } from '../../messages/module-unreachable';
import { contractOf, QueryContract } from '../../messages/contract';
import { QueryMessage } from '../../messages/message';
import { Metrics } from '../../observability/metrics';
import { callFigures, countedBy } from './call-figures';

@QueryContract('stores.find-shelf', { version: 1 })
class FindShelf extends QueryMessage<FindShelf, string> {}

const MINUTE = 60_000;

/**
 * What a process prints that made these calls to one contract: how many were answered, refused and given up.
 */
async function printedBy(
  from: string,
  answered: number,
  refused: number,
  unreachable: number,
): Promise<string> {
  const metrics = new Metrics();
  const calls = new CallMetrics(metrics);
  const contract = contractOf(FindShelf);
  const fail = (error: Error) =>
    calls.measure(from, contract, 'network', () => Promise.reject(error)).catch(() => undefined);
  for (let call = 0; call < answered; call += 1)
    await calls.measure(from, contract, 'network', () => Promise.resolve('A1'));
  for (let call = 0; call < refused; call += 1) await fail(new Error('no such shelf'));
  for (let call = 0; call < unreachable; call += 1) await fail(new ModuleUnreachable('stores', 'no-answer'));
  return metrics.text();
}

describe('the figures of calls', () => {
  it('are those of all processes together, by caller', async () => {
    const processes = [
      { since: 2 * MINUTE, text: await printedBy('sales', 3, 2, 1) },
      { since: 0, text: await printedBy('sales', 4, 0, 0) },
      { since: MINUTE, text: await printedBy('returns', 1, 0, 0) },
    ];
    const shelf = {
      contract: 'stores.find-shelf',
      over: 'network',
      causedBy: 'request',
      meanMs: expect.any(Number),
      p95Ms: expect.any(Number),
    };
    expect(callFigures(processes, 4 * MINUTE)).toEqual([
      { ...shelf, from: 'sales', calls: 10, unreachable: 1, perMinute: 2.5 },
      { ...shelf, from: 'returns', calls: 1, unreachable: 0, perMinute: 0.25 },
    ]);
  });

  it('say how long 95 of 100 took, by the bounds of the buckets', () => {
    const labels =
      'from="sales",contract="stores.find-shelf",over="process",caused_by="request",outcome="answered"';
    const text = (within: number): string => `
# TYPE seamline_call_duration_seconds histogram
seamline_call_duration_seconds_bucket{le="0.01",${labels}} 90
seamline_call_duration_seconds_bucket{le="0.5",${labels}} ${within}
seamline_call_duration_seconds_bucket{le="+Inf",${labels}} 100
seamline_call_duration_seconds_sum{${labels}} 4
seamline_call_duration_seconds_count{${labels}} 100`;
    const figuresOf = (within: number) => callFigures([{ since: 0, text: text(within) }], MINUTE);
    expect(figuresOf(95)).toEqual([expect.objectContaining({ calls: 100, meanMs: 40, p95Ms: 500 })]);
    expect(figuresOf(94)).toEqual([expect.objectContaining({ p95Ms: null })]);
  });

  it('are none where nobody called', async () => {
    expect(callFigures([{ since: 0, text: await new Metrics().text() }], MINUTE)).toEqual([]);
  });
});

describe('a process that is asked for what it has counted', () => {
  const TOKEN = 'a token for tests only';
  const server = createServer(({ url, headers }, response) => {
    if (url !== '/metrics') return response.writeHead(404).end();
    if (headers.authorization !== `Bearer ${TOKEN}`) return response.writeHead(401).end();
    return response.end(`${CALLS_COUNTED_SINCE} 12\n`);
  });
  const closed = createServer((_request, response) => response.writeHead(404).end());
  const addressOf = (one: Server): string => `http://127.0.0.1:${(one.address() as AddressInfo).port}`;

  beforeAll(async () => {
    for (const one of [server, closed]) await once(one.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => {
    for (const one of [server, closed]) one.close();
  });

  it('answers with the token of the operator', async () => {
    expect(await countedBy(addressOf(server), TOKEN)).toMatchObject({ since: 12_000 });
  });

  it('is named with the way out where it wants a token, or is not asked at its operator port', async () => {
    await expect(countedBy(addressOf(server))).rejects.toThrow('/metrics wants a token: set OPS_TOKEN');
    await expect(countedBy(addressOf(closed), TOKEN)).rejects.toThrow('name the address of the operator');
  });
});
