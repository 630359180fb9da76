import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { OpsFront } from './ops-front';

describe('the front of several operator APIs', () => {
  /** What each of the two processes answers, and what it was asked. */
  const answers: Record<string, unknown>[] = [{}, {}];
  const asked: string[][] = [[], []];
  const servers: Server[] = [];
  let front: OpsFront;

  beforeAll(async () => {
    for (const index of [0, 1]) {
      const server = createServer(({ method, url }, response) => {
        asked[index].push(`${method} ${url}`);
        const answer = answers[index][url ?? ''];
        response
          .writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
          .end(JSON.stringify(answer ?? {}));
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
    }
    const opsUrls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    front = await OpsFront.before([
      { opsUrl: opsUrls[0], modules: ['orders', 'payments'] },
      { opsUrl: opsUrls[1], modules: ['shipping'] },
    ]);
  });

  beforeEach(() => asked.forEach((list) => list.splice(0)));

  afterAll(() => {
    front.close();
    for (const server of servers) server.close();
  });

  const answer = (path: string, ...each: unknown[]) =>
    each.forEach((value, index) => (answers[index][`/ops/api${path}`] = value));
  const get = async (path: string) => (await request(front.url).get(`/ops/api${path}`)).body as unknown;

  it('puts lists together and adds counts up', async () => {
    answer(
      '/jobs',
      { items: [{ open: 1 }], parked: [] },
      { items: [{ open: 2 }], parked: [{ failures: 3 }] },
    );
    expect(await get('/jobs')).toEqual({ items: [{ open: 1 }, { open: 2 }], parked: [{ failures: 3 }] });
  });

  it('does something to a subscription where it runs, and asks the first process about what is unknown', async () => {
    for (const name of ['shipping.commands', 'payments.commands', 'nobody.at-all']) {
      await request(front.url).post(`/ops/api/subscriptions/${name}/pause`).expect(404);
    }
    expect(asked).toEqual([
      [
        'POST /ops/api/subscriptions/payments.commands/pause',
        'POST /ops/api/subscriptions/nobody.at-all/pause',
      ],
      ['POST /ops/api/subscriptions/shipping.commands/pause'],
    ]);
  });

  it('is refused what one of them refuses', async () => {
    answers[0]['/ops/api/secret'] = { items: [] };
    await request(front.url).get('/ops/api/secret').expect(404);
  });

  it('is at rest only where all are, and nothing was published meanwhile', async () => {
    let published = 0;
    answer('/pending-work', { quiescent: true, lag: 0 }, { quiescent: true, lag: 0 });
    answer('/messages/totals', { published: 1 }, { published: 1 });
    expect(await get('/pending-work')).toEqual({ quiescent: true, lag: 0 });
    Object.defineProperty(answers[1], '/ops/api/messages/totals', {
      get: () => ({ published: (published += 1) }),
    });
    expect(await get('/pending-work')).toEqual({ quiescent: false, lag: 0 });
  });
});
