import { once } from 'node:events';
import {
  createServer,
  get,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../../../test/support/eventually';
import { WaitMeter, type Waits } from './wait-meter';

describe('How long requests wait, as their clients see it', () => {
  let clock: number;
  let meter: WaitMeter;
  let server: Server;
  let held: ServerResponse[];

  beforeEach(async () => {
    clock = 0;
    held = [];
    meter = new WaitMeter(() => clock);
    server = createServer((request, response) => {
      meter.note(request, response);
      held.push(response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Resolves when the request has come. */
  const ask = async (headers: IncomingHttpHeaders = {}) => {
    const before = held.length;
    const request = get({ port: (server.address() as AddressInfo).port, headers, agent: false });
    request.on('error', () => undefined);
    const answered = once(request, 'response').then(([answer]) => (answer as IncomingMessage).resume());
    answered.catch(() => undefined);
    await eventually(() => expect(held.length).toBe(before + 1));
    return { request, response: held[before], answered };
  };

  it('counts from when a request came, also one that came before, to the first byte of its answer', async () => {
    const early = await ask();
    clock = 100;
    const measurement = meter.measure();
    const late = await ask();
    clock = 1_200;
    late.response.end();
    await late.answered;
    let waits: Waits | undefined;
    void measurement.end().then((found) => (waits = found));
    clock = 6_300;
    early.response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    early.response.write('data: 1\n\n');
    // A stream goes on; its client has what it waited for.
    await eventually(() => expect(waits).toEqual({ longestMs: 6_300, failed: 0 }));
  });

  it('counts nothing that came afterwards, was answered before, or has asked to wait', async () => {
    const answered = await ask();
    clock = 500;
    answered.response.end();
    await answered.answered;
    await ask({ prefer: 'wait=30' });
    const measurement = meter.measure();
    const ended = measurement.end();
    await ask();
    await expect(ended).resolves.toEqual({ longestMs: 0, failed: 0 });
  });

  it('tells of those that were refused, and of clients that have given up', async () => {
    const measurement = meter.measure();
    const [refused, impatient] = [await ask(), await ask()];
    clock = 2_000;
    refused.response.writeHead(503).end();
    await refused.answered;
    clock = 3_000;
    impatient.request.destroy();
    await expect(measurement.end()).resolves.toEqual({ longestMs: 3_000, failed: 2 });
  });
});
