import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { edgeUnderTest, ID } from '../../../test/support/edge-under-test';
import { LogHealth } from '../log/log-health';
import { Metrics } from '../observability/metrics';
import { Draining } from './draining';

describe('The edge', () => {
  const edge = edgeUnderTest();
  const { answers, expectProblem } = edge;

  describe('while there is no login', () => {
    const from = (headers: Record<string, string>, method: 'get' | 'patch' = 'patch') =>
      request(edge.server)[method](`/things/${ID}`).set(headers);
    const port = (): number => (edge.server.address() as AddressInfo).port;

    it.each([
      ['of another origin', { Origin: 'https://evil.example' }],
      ['without an origin to name', { Origin: 'null' }],
      ['of another port of this machine', { Origin: 'http://127.0.0.1:1' }],
      [
        'of another site, by its form',
        { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' },
      ],
      ['of the same site and another port', { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors' }],
    ])('refuses what a page sends %s', async (_page, headers) => {
      await expectProblem(from(headers), 403, 'request.other-site');
    });

    it.each([
      ['of another origin', { Origin: 'https://evil.example' }],
      [
        'in the background',
        { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' },
      ],
      [
        'in a frame',
        { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' },
      ],
    ])('refuses what a page reads %s', async (_page, headers) => {
      await expectProblem(from(headers, 'get'), 403, 'request.other-site');
    });

    it.each([
      'evil.example',
      'evil.example:80',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'a@b',
      '',
    ])('refuses a name that is not its own, as a page has that points its name here: %s', async (host) => {
      await expectProblem(from({ Host: host }), 421, 'request.host-unknown');
    });

    it('answers programs, links, its own pages and what is listed', async () => {
      await from({}).expect(200);
      await from({ 'Sec-Fetch-Site': 'none' }).expect(200);
      await from(
        { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' },
        'get',
      ).expect(200);
      await from({ Origin: `http://127.0.0.1:${port()}`, 'Sec-Fetch-Site': 'same-origin' }).expect(200);
      await from({ Host: 'localhost:3000', Origin: 'http://localhost:3000' }).expect(200);
      await from({ Host: 'Shop.example.com', Origin: 'https://shop.example.com' }).expect(200);
      await from({ Origin: 'https://shop.example.com', 'Sec-Fetch-Site': 'cross-site' }).expect(200);
      for (const host of ['[::1]:3000', '10.0.0.1', 'orders:3000', 'a.localhost', 'localhost.'])
        await from({ Host: host }).expect(200);
    });
  });

  describe('tells how it is', () => {
    it('in metrics, by route template, and to operators only', async () => {
      await request(edge.server).get(`/things/${ID}`);
      await request(edge.server).get('/nothing/at/all');
      edge.app.get(Metrics).gauge('seamline_test', 'A test.', ['log']).set({ log: 'orders' }, 3);
      expect(() => edge.app.get(Metrics).counter('seamline_test', 'Another.')).toThrow('is of another kind');
      const text = await edge.app.get(Metrics).text();
      expect(text).toMatch(
        /http_request_duration_seconds_count\{method="GET",route="\/things\/:id",status="200"\} \d+/,
      );
      expect(text).toContain('route="unmatched",status="404"');
      expect(text).not.toContain(ID);
      expect(text).toContain('seamline_test{log="orders"} 3');
      expect(text).toContain('process_cpu_user_seconds_total');
      await expectProblem(request(edge.server).get('/metrics'), 404, 'request.route-unknown');
    });

    it('in readiness and metrics: a log that waits for an operator, and that it goes on', async () => {
      const report = edge.app.get(LogHealth).reporter('things', 'relay');
      report('the log of things is stuck. Do this: cure');
      expect(await request(edge.server).get('/health/ready')).toMatchObject({
        status: 503,
        body: {
          status: 'not-ready',
          databases: { things: 'up' },
          logs: { things: 'the log of things is stuck. Do this: cure' },
        },
      });
      expect(await edge.app.get(Metrics).text()).toContain(
        'seamline_log_halted{log="things",part="relay"} 1',
      );
      report(undefined);
      const { status, body } = await request(edge.server).get('/health/ready');
      expect([status, body]).toEqual([200, { status: 'ready', databases: { things: 'up' } }]);
      expect(await edge.app.get(Metrics).text()).toContain(
        'seamline_log_halted{log="things",part="relay"} 0',
      );
    });

    it('in readiness: databases, then draining', async () => {
      expect(await request(edge.server).get('/health/ready')).toMatchObject({
        status: 200,
        body: { status: 'ready', databases: { things: 'up' } },
      });
      answers.mockRejectedValueOnce(new Error('down'));
      expect(await request(edge.server).get('/health/ready')).toMatchObject({
        status: 503,
        body: { status: 'not-ready', databases: { things: 'down' } },
      });
      edge.app.get(Draining).announce();
      expect(await request(edge.server).get('/health/ready')).toMatchObject({
        status: 503,
        body: { status: 'draining' },
      });
      // Until it begins, everything is answered and nothing that a client waits for is cut short.
      expect(edge.app.get(Draining).signal.aborted).toBe(false);
      const answered = await request(edge.server).get(`/things/${ID}`);
      expect([answered.status, answered.get('Connection')]).toEqual([200, 'close']);
      edge.app.get(Draining).begin();
      const response = await request(edge.server).get('/health/ready');
      expect(response).toMatchObject({ status: 503, body: { status: 'draining' } });
      expect(response.get('Connection')).toBe('close');
      expect((await request(edge.server).get('/health/live')).status).toBe(200);
    });
  });
});
