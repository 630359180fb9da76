import { Labels } from '../domain/labels';
import { fingerprintOf } from './fingerprint';
import { LabelsRequest } from './labels.request';
import { RequestValidationPipe } from './validation.pipe';

const read = (body: object): Promise<LabelsRequest> =>
  new RequestValidationPipe().transform(body, {
    type: 'body',
    metatype: LabelsRequest,
  }) as Promise<LabelsRequest>;
const taken = async (body: object) => Labels.of(await read(body));
const entries = (count: number, value = 'x') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, value]));

describe('what a client attaches', () => {
  it.each([
    ['nothing', {}, null, {}],
    ['null', { externalReference: null, metadata: null }, null, {}],
    [
      'a reference and texts',
      { externalReference: 'WEB-1', metadata: { channel: 'web' } },
      'WEB-1',
      { channel: 'web' },
    ],
    [
      'white space around texts',
      { externalReference: ' A 1\t', metadata: { note: ' gift ' } },
      'A 1',
      { note: 'gift' },
    ],
    [
      'decomposed characters',
      { externalReference: 'Cafe\u0301', metadata: { a: 'e\u0301' } },
      'Caf\u00e9',
      { a: '\u00e9' },
    ],
    ['100 characters', { externalReference: '😀'.repeat(100) }, '😀'.repeat(100), {}],
    ['a long name', { metadata: { ['n'.repeat(40)]: 'x' } }, null, { ['n'.repeat(40)]: 'x' }],
    ['a long value', { metadata: { a: '😀'.repeat(500) } }, null, { a: '😀'.repeat(500) }],
    ['50 texts', { metadata: entries(50) }, null, entries(50)],
    ['names with marks', { metadata: { 'a_b.c:d-e': '1' } }, null, { 'a_b.c:d-e': '1' }],
  ])('is taken: %s', async (_what, body, externalReference, metadata) => {
    expect(await taken(body)).toEqual({ externalReference, metadata });
  });

  it('is the same request in another spelling', async () => {
    const spellings = [
      { externalReference: 'Caf\u00e9', metadata: { a: 'x', b: 'y' } },
      { externalReference: ' Cafe\u0301', metadata: { b: 'y ', a: 'x' } },
    ];
    const [one, other] = await Promise.all(spellings.map(async (body) => fingerprintOf(await read(body))));
    expect(one).toBe(other);
    expect(one).not.toBe(fingerprintOf(await read({ ...spellings[0], metadata: { a: 'x' } })));
  });

  it.each<[string, object, number, string]>([
    ['a number as reference', { externalReference: 7 }, 400, '/externalReference request.field-type'],
    ['an empty reference', { externalReference: ' ' }, 422, '/externalReference request.field-value'],
    [
      'a long reference',
      { externalReference: 'x'.repeat(101) },
      422,
      '/externalReference request.field-value',
    ],
    ['a control character', { externalReference: 'A\u0007' }, 422, '/externalReference request.field-value'],
    [
      'nothing that can be seen',
      { externalReference: '\u200b' },
      422,
      '/externalReference request.field-value',
    ],
    ['a text as metadata', { metadata: 'web' }, 400, '/metadata request.field-type'],
    ['a list as metadata', { metadata: ['web'] }, 400, '/metadata request.field-type'],
    ['a number', { metadata: { a: 1 } }, 400, '/metadata request.field-type'],
    ['null under a name', { metadata: { a: null } }, 400, '/metadata request.field-type'],
    ['an object inside', { metadata: { a: { b: 'c' } } }, 400, '/metadata request.field-type'],
    ['51 texts', { metadata: entries(51) }, 422, '/metadata request.field-value'],
    ['an empty name', { metadata: { '': 'x' } }, 422, '/metadata request.field-value'],
    [
      'a name of 41 characters',
      { metadata: { ['n'.repeat(41)]: 'x' } },
      422,
      '/metadata request.field-value',
    ],
    ['a name with a space', { metadata: { 'a b': 'x' } }, 422, '/metadata request.field-value'],
    ['a name beyond ASCII', { metadata: { é: 'x' } }, 422, '/metadata request.field-value'],
    ['an empty value', { metadata: { a: ' ' } }, 422, '/metadata request.field-value'],
    ['a value of 501 characters', { metadata: { a: 'x'.repeat(501) } }, 422, '/metadata request.field-value'],
    [
      'a control character in a value',
      { metadata: { a: 'x\u001b[2J' } },
      422,
      '/metadata request.field-value',
    ],
    ['more bytes than fit', { metadata: entries(9, '😀'.repeat(250)) }, 422, '/metadata request.field-value'],
    ...['__proto__', 'prototype', 'constructor', 'toString', 'hasOwnProperty'].map(
      (name): [string, object, number, string] => [
        `the name ${name}`,
        JSON.parse(`{"metadata":{"${name}":"x"}}`) as object,
        400,
        `/metadata/${name} request.field-unknown`,
      ],
    ),
    ['a field called prototype', { prototype: 'x' }, 400, '/prototype request.field-unknown'],
  ])('is refused: %s', async (_what, body, status, reason) => {
    const problem = (await read(body).catch((error: unknown) => error)) as {
      status: number;
      options: { errors: Record<string, string>[] };
    };
    expect(problem).toMatchObject({ status });
    const { pointer, code, message } = problem.options.errors[0];
    expect(`${pointer} ${code}`).toBe(reason);
    expect(message).not.toMatch(/xxx|\[2J|😀/);
  });
});
