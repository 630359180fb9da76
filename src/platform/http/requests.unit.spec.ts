import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { edgeUnderTest, ID, ORDER, LIMIT } from '../../../test/support/edge-under-test';

describe('What the edge takes in', () => {
  const edge = edgeUnderTest();
  const { post, expectProblem } = edge;

  describe('gives an id one spelling', () => {
    it('whether it comes in capitals or not', async () => {
      const id = '019abcde-0000-7000-8000-00000000abcd';
      expect((await request(edge.server).get(`/things/${id.toUpperCase()}`).expect(200)).body).toEqual({
        id,
      });
    });

    it.each([`{${ID}}`, ID.replaceAll('-', ''), `urn:uuid:${ID}`])(
      'and does not take it for one when it is %s',
      async (other) => {
        await expectProblem(
          request(edge.server).get(`/things/${encodeURIComponent(other)}`),
          400,
          'request.malformed',
        );
      },
    );

    it('so that a request in another spelling is the same request, and one about another thing is not', async () => {
      const id = '019abcde-0000-7000-8000-00000000abcd';
      const fingerprint = async (path: string, body: object): Promise<unknown> =>
        (await request(edge.server).post(`/things/${path}/parts`).send(body).expect(201)).body;
      const first = await fingerprint(id, ORDER);
      expect(await fingerprint(id.toUpperCase(), { lines: ORDER.lines, name: ORDER.name })).toEqual(first);
      expect(await fingerprint(ID, ORDER)).not.toEqual(first);
      expect(await fingerprint(id, { ...ORDER, name: 'y' })).not.toEqual(first);
    });
  });

  describe('reads bodies', () => {
    it('of 1,000 lines', async () => {
      const lines = Array.from({ length: 1_000 }, () => ({ itemId: 'ABCDE', quantity: 123 }));
      const response = await post({ name: 'x', lines });
      expect(response.status).toBe(202);
      expect(response.body).toMatchObject({ lines: 1_000, line: true });
    });

    it('and refuses the unparsable, the large, the deep and what is no JSON object', async () => {
      await expectProblem(post('{"name": nope'), 400, 'request.body-unparsable');
      await expectProblem(post('"text"'), 400, 'request.body-unparsable');
      await expectProblem(post('[]'), 400, 'request.malformed');
      await expectProblem(post(JSON.stringify({ name: 'x'.repeat(LIMIT) })), 413, 'request.body-too-large');
      await expectProblem(post(`{"a":${'['.repeat(32)}${']'.repeat(32)}}`), 400, 'request.body-too-deep');
      await expectProblem(
        post(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
        400,
        'request.body-too-deep',
      );
    });

    it('of JSON in UTF-8 only', async () => {
      await expectProblem(
        request(edge.server).post('/things').set('Content-Type', 'text/plain').send('x'),
        415,
        'request.media-type-unsupported',
      );
      await expectProblem(
        request(edge.server).post('/things').type('form').send({ name: 'x' }),
        415,
        'request.media-type-unsupported',
      );
      await expectProblem(
        post('{}', { 'Content-Type': 'application/json; charset=latin1' }),
        415,
        'request.charset-unsupported',
      );
      await expectProblem(post('{}', { 'Content-Encoding': 'snappy' }), 415, 'request.encoding-unsupported');
    });

    it('and refuses text that no database can store', async () => {
      const nul = await expectProblem(
        post({ ...ORDER, lines: [{ itemId: 'a\0', quantity: 1 }] }),
        400,
        'request.malformed',
      );
      expect((nul.body as { errors: unknown }).errors).toEqual([
        expect.objectContaining({ pointer: '/lines/0/itemId', code: 'request.text-not-storable' }),
      ]);
      await expectProblem(post('{"name":"\\ud800","lines":[]}'), 400, 'request.malformed');
      await expectProblem(
        post('{"name":"x","lines":[],"__proto__":{"admin":true}}'),
        400,
        'request.malformed',
      );
      expect((await post({ ...ORDER, name: '😀' })).status).toBe(202);
    });
  });

  describe('validates', () => {
    const reasons = async (body: object, status: number, code: string) => {
      const response = await expectProblem(post(body), status, code);
      return (response.body as { errors: { pointer: string; code: string }[] }).errors.map(
        (error) => `${error.pointer} ${error.code}`,
      );
    };

    it.each<[string, object, string]>([
      ['an unknown field', { ...ORDER, extra: 1 }, '/extra request.field-unknown'],
      [
        'an unknown field inside',
        { ...ORDER, lines: [{ itemId: 'A', quantity: 1, 'a/b': 1 }] },
        '/lines/0/a~1b request.field-unknown',
      ],
      [
        'a field called constructor',
        JSON.parse('{"name":"x","lines":[],"constructor":1}') as object,
        '/constructor request.field-unknown',
      ],
      ['a field called toString', { ...ORDER, toString: 'x' }, '/toString request.field-unknown'],
      [
        'a field called __proto__',
        JSON.parse('{"name":"x","lines":[],"__proto__":{"a":1}}') as object,
        '/__proto__ request.field-unknown',
      ],
      [
        'a field called hasOwnProperty inside',
        { ...ORDER, lines: [{ itemId: 'A', quantity: 1, hasOwnProperty: 1 }] },
        '/lines/0/hasOwnProperty request.field-unknown',
      ],
      ['a wrong type', { ...ORDER, name: 5 }, '/name request.field-type'],
      [
        'a number in quotes',
        { ...ORDER, lines: [{ itemId: 'A', quantity: '1' }] },
        '/lines/0/quantity request.field-type',
      ],
      [
        'a fraction',
        { ...ORDER, lines: [{ itemId: 'A', quantity: 1.5 }] },
        '/lines/0/quantity request.field-type',
      ],
      ['a missing field', { lines: [] }, '/name request.field-missing'],
      ['null', { ...ORDER, name: null }, '/name request.field-missing'],
      ['an object for a list', { ...ORDER, lines: {} }, '/lines request.field-type'],
      ['a list for an object', { ...ORDER, price: [] }, '/price request.field-type'],
      ['text for an object', { ...ORDER, price: 'x' }, '/price request.field-type'],
      ['null in a list', { ...ORDER, lines: [null] }, '/lines/0 request.field-missing'],
      ['a number in a list of objects', { ...ORDER, lines: [1] }, '/lines/0 request.field-type'],
      ['a list in a list of objects', { ...ORDER, lines: [[]] }, '/lines/0 request.field-type'],
    ])('%s: 400', async (_name, body, reason) => {
      expect(await reasons(body, 400, 'request.malformed')).toEqual([reason]);
    });

    it.each<[string, object, string]>([
      [
        'a number too small',
        { ...ORDER, lines: [{ itemId: 'A', quantity: 0 }] },
        '/lines/0/quantity request.field-value',
      ],
      [
        'a text too long',
        { ...ORDER, lines: [{ itemId: 'ABCDEF', quantity: 1 }] },
        '/lines/0/itemId request.field-value',
      ],
      ['a word that is none of the choices', { ...ORDER, outcome: 'lost' }, '/outcome request.field-value'],
      [
        'a list too long',
        { ...ORDER, lines: Array.from({ length: 1_001 }, () => ORDER.lines[0]) },
        '/lines request.field-value',
      ],
      [
        'a currency that is none',
        { ...ORDER, price: { amount: 1, currency: 'pounds' } },
        '/price/currency request.field-value',
      ],
    ])('%s: 422', async (_name, body, reason) => {
      expect(await reasons(body, 422, 'request.out-of-range')).toEqual([reason]);
    });

    it('and refuses what a route would not look at', async () => {
      const unread = async (test: request.Test, pointer: string): Promise<void> => {
        const { body } = await expectProblem(test, 400, 'request.malformed');
        expect((body as { errors: unknown }).errors).toEqual([
          expect.objectContaining({ pointer, code: 'request.field-unknown' }),
        ]);
      };
      await unread(request(edge.server).get(`/things/${ID}?colour=red`), '/colour');
      await unread(request(edge.server).post('/things?name=x').send(ORDER), '/name');
      await unread(request(edge.server).patch(`/things/${ID}`).send({ name: 'x' }), '/name');
      await request(edge.server).patch(`/things/${ID}`).send({}).expect(200);
    });

    it('no body as an empty one', async () => {
      await expectProblem(request(edge.server).post('/things'), 400, 'request.malformed');
    });

    it('and gives at most 100 reasons', async () => {
      expect(
        await reasons(
          { name: 'x', lines: Array.from({ length: 500 }, () => ({})) },
          400,
          'request.malformed',
        ),
      ).toHaveLength(100);
    });

    it('paths and queries', async () => {
      await expectProblem(request(edge.server).get('/things/not-a-uuid'), 400, 'request.malformed');
      await expectProblem(request(edge.server).get('/things?limit=abc'), 400, 'request.malformed');
      await expectProblem(request(edge.server).get('/things?limit=1&limit=2'), 400, 'request.malformed');
      await expectProblem(request(edge.server).get('/things?page=2'), 400, 'request.malformed');
      const reasonsOfLimit = async (limit: string): Promise<unknown> =>
        (
          (await expectProblem(request(edge.server).get(`/things?limit=${limit}`), 400, 'request.malformed'))
            .body as { errors: unknown }
        ).errors;
      for (const limit of ['0', '201', '-1', '1.5', 'abc', ''])
        expect(await reasonsOfLimit(limit)).toEqual([
          expect.objectContaining({ pointer: '/limit', code: 'request.field-value' }),
        ]);
      await expectProblem(request(edge.server).get('/things?toString=1'), 400, 'request.malformed');
      await expectProblem(
        request(edge.server).get('/things?cursor=garbage'),
        400,
        'request.cursor-malformed',
      );
      expect((await request(edge.server).get('/things?limit=7')).body).toEqual({ limit: 7, parts: null });
      expect((await request(edge.server).get('/things')).body).toEqual({ limit: 50, parts: null });
    });
  });

  describe('reads headers', () => {
    it('Idempotency-Key, into a context that knows route and parameters', async () => {
      const response = await post(ORDER, { 'Idempotency-Key': 'k-1', Prefer: 'wait=5' });
      expect(response.body).toMatchObject({
        seconds: 5,
        context: {
          key: 'k-1',
          module: 'things',
          route: 'POST /things',
          caller: 'anonymous',
          body: { parameters: {}, body: ORDER },
        },
      });
      expect(response.get('Location')).toBe('/things/1');
    });

    it('and refuses keys that are too long or not visible', async () => {
      await expectProblem(
        post(ORDER, { 'Idempotency-Key': 'x'.repeat(256) }),
        400,
        'request.idempotency-key-malformed',
      );
      await expectProblem(
        post(ORDER, { 'Idempotency-Key': 'a b' }),
        400,
        'request.idempotency-key-malformed',
      );
      await expectProblem(post(ORDER, { 'Idempotency-Key': '' }), 400, 'request.idempotency-key-malformed');
    });

    it('If-Match', async () => {
      const patch = (tag: string) => request(edge.server).patch(`/things/${ID}`).set('If-Match', tag);
      expect((await patch('"3"')).body).toEqual({ id: ID, version: 3 });
      expect((await patch('*')).body).toEqual({ id: ID, version: null });
      expect((await request(edge.server).patch(`/things/${ID}`)).body).toEqual({ id: ID, version: null });
      await expectProblem(patch('W/"3"'), 412, 'request.version-not-current');
      await expectProblem(patch('"other"'), 412, 'request.version-not-current');
      await expectProblem(patch('3'), 400, 'request.if-match-malformed');
    });

    it('If-None-Match', async () => {
      expect((await request(edge.server).get(`/things/${ID}`)).get('ETag')).toBe('"3"');
      expect((await request(edge.server).get(`/things/${ID}`).set('If-None-Match', '"3"')).status).toBe(304);
    });

    it('X-Correlation-Id and traceparent, through the reading of the body', async () => {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const taken = await post(ORDER, { 'X-Correlation-Id': 'call-1', traceparent });
      expect(taken.get('X-Correlation-Id')).toBe('call-1');
      expect((taken.body as { origin: unknown }).origin).toEqual({ correlationId: 'call-1', traceparent });
      const made = await post(ORDER, { 'X-Correlation-Id': 'a b\tc', traceparent: '00-0-0-01' });
      expect(made.get('X-Correlation-Id')).toMatch(/^[0-9a-f-]{36}$/);
      expect((made.body as { origin: unknown }).origin).toEqual({
        correlationId: made.get('X-Correlation-Id'),
      });
    });
  });

  it('takes capitals in a path for another path', async () => {
    await expectProblem(request(edge.server).get('/Things'), 404, 'request.route-unknown');
    await expectProblem(
      request(edge.server).post(`/things/${ID}/Parts`).send(ORDER),
      404,
      'request.route-unknown',
    );
  });

  describe('answers what is no request', () => {
    const send = (bytes: string) =>
      new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = connect((edge.server.address() as AddressInfo).port, '127.0.0.1', () =>
          socket.write(bytes),
        );
        socket.on('data', (data) => (text += data.toString()));
        socket.on('close', () => resolve(text));
        socket.on('error', reject);
      });
    const statusesOf = (text: string): string[] =>
      [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    const body = JSON.stringify(ORDER);
    const valid = `POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const chunked =
      'POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n';

    it('with a problem document', async () => {
      expect(await send('BROKEN\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [^]+request.malformed/);
      expect(await send(`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
        /^HTTP\/1.1 431 [^]+request.headers-too-large/,
      );
    });

    it.each<[string, string, string[]]>([
      ['a request', `${valid}BROKEN\r\n\r\n`, ['202', '400']],
      ['several', `${valid}${valid}BROKEN\r\n\r\n`, ['202', '202', '400']],
      ['a request, in the body of the next one', `${valid}${chunked}`, ['202', '400']],
      ['nothing but its own head', chunked, ['400']],
    ])('after the answers to what was whole before it: %s', async (_before, bytes, statuses) => {
      expect(statusesOf(await send(bytes))).toEqual(statuses);
    });
  });
});
