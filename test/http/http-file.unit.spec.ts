import { filledIn, readHttpFile, usedOf } from './http-file';

const FILE = `# Things.
@host = http://localhost

### Make one
# @name thing
# 201
POST {{host}}/things
Content-Type: application/json
If-Match: "a:b"

{
  "size": 1
}

@id = {{thing.response.body.$.items[0].id}}

### Look at it
# 200
GET {{host}}/things/{{id}}
`;

describe('A .http file', () => {
  it('has requests and variables', () => {
    const { variables, requests } = readHttpFile(FILE);
    expect([...variables]).toEqual([
      ['host', 'http://localhost'],
      ['id', '{{thing.response.body.$.items[0].id}}'],
    ]);
    expect(requests).toEqual([
      {
        line: 7,
        name: 'thing',
        status: 201,
        method: 'POST',
        url: '{{host}}/things',
        headers: { 'Content-Type': 'application/json', 'If-Match': '"a:b"' },
        body: '{\n  "size": 1\n}',
      },
      {
        line: 19,
        name: undefined,
        status: 200,
        method: 'GET',
        url: '{{host}}/things/{{id}}',
        headers: {},
        body: undefined,
      },
    ]);
    expect(usedOf('thing', FILE)).toEqual(['thing.response.body.$.items[0].id']);
  });

  it('has no lines that are neither', () => {
    expect(() => readHttpFile('### A\nFETCH http://localhost\n')).toThrow('"FETCH http://localhost"');
  });

  it('is filled in with variables and earlier answers', () => {
    const { variables, requests } = readHttpFile(FILE);
    const answers = new Map([
      ['thing', { body: { items: [{ id: 'x' }] }, headers: new Headers({ etag: '"1"' }) }],
    ]);
    expect(filledIn(requests[1].url, variables, answers)).toBe('http://localhost/things/x');
    expect(filledIn('{{thing.response.headers.ETag}}', variables, answers)).toBe('"1"');
    expect(filledIn('{{$randomInt 5 6}}', variables, answers)).toBe('5');
    expect(() => filledIn(requests[1].url, variables, new Map())).toThrow('has no value');
  });
});
