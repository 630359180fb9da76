import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { edgeUnderTest, ID } from '../../../test/support/edge-under-test';
import { eventually } from '../../../test/support/eventually';

describe('What the edge sends', () => {
  const edge = edgeUnderTest();
  const { post, expectProblem } = edge;

  describe('answers problem documents', () => {
    it.each([
      ['refusal', 422, 'things.refused'],
      ['unknown', 404, 'things.unknown'],
      ['conflict', 409, 'things.conflict'],
      ['in-flight', 409, 'idempotency.in-flight'],
      ['not-allowed', 403, 'things.not-yours'],
      ['nest', 404, 'request.not-found'],
      ['refused', 503, 'service.unavailable'],
      ['sql', 400, 'request.value-malformed'],
      ['twice', 409, 'request.conflict'],
      ['anything', 500, 'service.internal-error'],
    ])('%s: %i %s', async (kind, status, code) => {
      const response = await expectProblem(
        request(edge.server).get(`/things/failures/${kind}?token=secret`),
        status,
        code,
      );
      expect((response.body as { instance: string }).instance).toBe(`/things/failures/${kind}`);
      expect(response.get('ETag')).toBeUndefined();
      if (status === 503 || kind === 'in-flight') expect(response.get('Retry-After')).toBe('1');
      if (kind === 'refusal')
        expect((response.body as { errors: unknown }).errors).toEqual([
          { pointer: '/lines/0', code: 'things.bad', message: 'Bad.' },
        ]);
    });

    it('to unknown paths and methods', async () => {
      await expectProblem(request(edge.server).get('/nothing'), 404, 'request.route-unknown');
      const response = await expectProblem(
        request(edge.server).delete(`/things/${ID}`),
        405,
        'request.method-not-allowed',
      );
      expect(response.get('Allow')).toBe('GET, HEAD, PATCH');
    });

    it('to URLs that cannot be decoded or stored', async () => {
      await expectProblem(request(edge.server).get('/things/%ff'), 400, 'request.url-malformed');
      await expectProblem(request(edge.server).get('/things?cursor=%zz'), 400, 'request.url-malformed');
      await expectProblem(request(edge.server).get('/things/a%00b'), 400, 'request.text-not-storable');
    });

    it('and cuts an answer off that failed half-way', async () => {
      await expect(request(edge.server).get(`/things/${ID}/half`)).rejects.toThrow();
    });
  });

  describe('sends answers', () => {
    const lines = Array.from({ length: 200 }, () => ({ itemId: 'ABCDE', quantity: 123 }));
    const large = (accepted: string) =>
      post({ name: 'x', lines }, { 'Accept-Encoding': accepted, 'Idempotency-Key': 'k' });

    it('compressed where the client takes it, and says so to caches', async () => {
      const [packed, plain] = [await large('gzip'), await large('identity')];
      expect([packed.get('Content-Encoding'), plain.get('Content-Encoding')]).toEqual(['gzip', undefined]);
      expect([packed.get('Vary'), plain.get('Vary')]).toEqual(['Accept-Encoding', 'Accept-Encoding']);
      expect(Number(packed.get('Content-Length'))).toBeLessThan(Number(plain.get('Content-Length')) / 2);
      expect((packed.body as { context: unknown }).context).toEqual(
        (plain.body as { context: unknown }).context,
      );
      expect(
        (await request(edge.server).get(`/things/${ID}`).set('Accept-Encoding', 'gzip')).get(
          'Content-Encoding',
        ),
      ).toBeUndefined();
      expect((await large('gzip;q=0')).get('Content-Encoding')).toBeUndefined();
    });

    it('that no cache keeps', async () => {
      for (const path of [`/things/${ID}`, '/things', '/things/not-a-uuid', '/health/live'])
        expect((await request(edge.server).get(path)).get('Cache-Control')).toBe('no-store');
    });

    it('with a page in front that leads on', async () => {
      const { body } = await request(edge.server).get('/').expect(200);
      const links = Object.keys((body as { links: object }).links);
      expect(links).toContain('/docs');
      for (const link of links)
        expect([link, (await request(edge.server).get(link).redirects(1)).status]).toEqual([link, 200]);
      const { text } = await request(edge.server)
        .get('/')
        .set('Accept', 'text/html,*/*;q=0.8')
        .expect('Content-Type', /html/);
      expect(text).toContain('<a href="/docs">');
    });
  });

  it('sends security headers and does not say what it runs on', async () => {
    const response = await request(edge.server).get('/health/live');
    expect(response.get('X-Powered-By')).toBeUndefined();
    expect(response.get('X-Content-Type-Options')).toBe('nosniff');
    expect(response.get('Content-Security-Policy')).toContain("script-src 'self'");
    expect(response.get('Content-Security-Policy')).not.toContain('upgrade-insecure-requests');
  });

  describe('streams events', () => {
    const open = async (headers: Record<string, string> = {}, method = 'GET') => {
      const asking = new AbortController();
      const url = `http://127.0.0.1:${(edge.server.address() as AddressInfo).port}/things/${ID}/events`;
      const response = await fetch(url, { method, headers, signal: asking.signal });
      return {
        status: response.status,
        retryAfter: response.headers.get('retry-after'),
        end: () => asking.abort(),
      };
    };

    it('to so many at a time for each client, and begins none for HEAD', async () => {
      for (let times = 0; times < 3; times += 1)
        expect(await open({}, 'HEAD')).toMatchObject({ status: 200 });
      const streams = [await open(), await open()];
      expect(streams).toEqual([
        expect.objectContaining({ status: 200 }),
        expect.objectContaining({ status: 200 }),
      ]);
      expect(await open()).toMatchObject({ status: 429, retryAfter: '5' });
      expect(await open({}, 'HEAD')).toMatchObject({ status: 200 });
      // Its client is counted by the process that it asked.
      const passedOn = await open({ Via: '1.1 seamline-x' });
      expect(passedOn).toMatchObject({ status: 200 });
      for (const stream of [...streams, passedOn]) stream.end();
      const again = await eventually(async () => {
        const stream = await open();
        expect(stream.status).toBe(200);
        return stream;
      });
      again.end();
    });
  });

  describe('serves its documentation', () => {
    it('as OpenAPI 3.1, with headers and problems', async () => {
      const response = await request(edge.server).get('/openapi.json');
      expect(response.status).toBe(200);
      const document = response.body as {
        openapi: string;
        servers: unknown[];
        paths: Record<
          string,
          Record<string, { parameters: { name: string }[]; responses: Record<string, unknown> }>
        >;
      };
      expect(document.openapi).toBe('3.1.0');
      expect(document.servers).toEqual([expect.objectContaining({ url: '/' })]);
      expect(document.paths['/things'].post.parameters.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['Idempotency-Key', 'Prefer']),
      );
      expect(document.paths['/things/{id}'].patch.parameters.map(({ name }) => name)).toContain('If-Match');
      expect(document.paths['/things'].get.responses).toHaveProperty('default');
    });

    it('on a page without inline scripts, which the security policy would stop', async () => {
      const page = await request(edge.server).get('/docs');
      expect(page.status).toBe(200);
      expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)/);
      const scripts = [...page.text.matchAll(/<script src=["']\.?\/?([^"']+)["']/g)].map(([, path]) => path);
      expect(scripts.length).toBeGreaterThan(1);
      for (const script of scripts) expect((await request(edge.server).get(`/${script}`)).status).toBe(200);
    });
  });
});
