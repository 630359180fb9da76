import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { apiDocuments } from '../support/api-documents';

const ROOT = join(__dirname, '../..');
const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
/** What the operations do; a client reads `api.placeOrder(...)`. */
const VERBS =
  /^(list|show|check|add|change|withdraw|register|set|receive|adjust|place|cancel|follow|return|dispatch|report|pause|resume|redrive)([A-Z][a-z]+)+$/;

describe.each(['public', 'operator'] as const)('The OpenAPI document of the %s API', (port) => {
  let document: OpenAPIObject;
  beforeAll(async () => (document = (await apiDocuments())[port]));

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => (item[method] ? [{ path, method, ...item[method] }] : [])),
    );

  it('is valid by the official schema of OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(document as never);
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    expect(document.openapi).toBe('3.1.0');
    const broken = { ...document, paths: { '/things': { get: { responses: { 200: {} } } } } };
    expect((await new Validator().validate(broken as never)).valid).toBe(false);
  });

  it('has schemas of JSON Schema 2020-12 only, with keywords and formats that it knows', () => {
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
    addFormats(ajv);
    // Annotations of OpenAPI's own vocabulary.
    for (const keyword of ['example', 'components']) ajv.addKeyword(keyword);
    ajv.addSchema({ $id: 'document', components: document.components });
    const schemas = schemasIn(document);
    expect(schemas.length).toBeGreaterThan(20);
    for (const schema of schemas)
      expect(() =>
        ajv.compile(
          JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')) as object,
        ),
      ).not.toThrow();
  });

  it('has examples that its schemas take', () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats(ajv);
    ajv.addSchema({ $id: 'document', components: document.components });
    let checked = 0;
    const amiss = schemasIn(document, true).flatMap((schema) => {
      const given = schema as { example?: unknown; examples?: unknown[] };
      const examples = [...(given.examples ?? []), ...('example' in given ? [given.example] : [])];
      const described = JSON.parse(
        JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'),
      ) as object;
      checked += examples.length;
      return examples.filter((example) => !ajv.validate(described, example));
    });
    // A problem's codes are those of the modules.
    expect(amiss.filter((example) => !String(example).includes('<'))).toEqual([]);
    expect(checked).toBeGreaterThan(5);
  });

  it('names each operation as a client calls it, and no two alike', () => {
    const ids = operations().map(({ operationId }) => operationId ?? '');
    expect(ids.filter((id) => !VERBS.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(operations().filter(({ summary }) => !summary)).toEqual([]);
  });

  it('says of each refusal that it is a problem document, with its correlation id', () => {
    const { responses = {} } = document.components ?? {};
    for (const { operationId, responses: answers } of operations()) {
      for (const [status, answer] of Object.entries(answers)) {
        if (status < '400' && status !== 'default') continue;
        const shared = (answer as { $ref?: string }).$ref?.split('/').at(-1);
        const described = (shared === undefined ? answer : responses[shared]) as {
          content?: object;
          headers?: object;
        };
        expect([operationId, status, described.content]).toEqual([
          operationId,
          status,
          expect.objectContaining({ 'application/problem+json': expect.anything() }),
        ]);
        expect(described.headers).toHaveProperty('X-Correlation-Id');
      }
      expect(Object.keys(answers)).toEqual(expect.arrayContaining(['400', '413', '415', '431', 'default']));
    }
  });
});

describe('A typed client', () => {
  const folder = mkdtempSync(join(tmpdir(), 'seamline-client-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is generated from each document and compiles; a wrong use does not', async () => {
    const documents = await apiDocuments();
    const modules = join(ROOT, 'node_modules');
    symlinkSync(modules, join(folder, 'node_modules'), 'junction');
    for (const [port, document] of Object.entries(documents)) {
      writeFileSync(join(folder, `${port}.json`), JSON.stringify(document));
      const cli = join(modules, '@hey-api/openapi-ts/bin/run.js');
      execFileSync(process.execPath, [cli, '-i', `${port}.json`, '-o', port, '--silent', '--no-log-file'], {
        cwd: folder,
        stdio: 'pipe',
      });
    }
    writeFileSync(join(folder, 'use.ts'), USE);
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          target: 'es2023',
          module: 'esnext',
          moduleResolution: 'bundler',
          lib: ['es2023', 'dom', 'dom.iterable'],
          types: [],
          strict: true,
          noEmit: true,
          skipLibCheck: true,
        },
        files: ['use.ts'],
      }),
    );
    const compile = (): string => {
      try {
        return execFileSync(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', folder], {
          encoding: 'utf8',
          stdio: 'pipe',
        });
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    };
    expect(compile()).toBe('');
  });
});

const USE = `
import { cancelOrder, listOrders, placeOrder, showItem, withdrawItem } from './public';
import type { OrderView, Problem } from './public';
import { redriveSubscription, listSubscriptions } from './operator';

export async function use(): Promise<void> {
  const placed = await placeOrder({
    body: { customerId: 'c', currency: 'GBP', lines: [{ itemId: 'A', quantity: 1 }], metadata: { a: 'b' } },
    headers: { 'Idempotency-Key': 'k', Prefer: 'wait=10' },
  });
  if (placed.error) {
    const problem: Problem = placed.error;
    console.log(problem.code, problem.errors?.[0].pointer, problem.existing?.href);
    return;
  }
  const orderId: string = placed.data.orderId;
  const cancelled: OrderView | undefined = (await cancelOrder({ path: { orderId } })).data;
  const amount: number | undefined = cancelled?.total.amount;
  const page = await listOrders({ query: { state: ['completed'], count: true, limit: 10 } });
  const next: string | undefined = page.data?.nextCursor;
  await withdrawItem({ path: { itemId: 'A' }, headers: { 'If-Match': '"3"' } });
  const { redriven } = (await redriveSubscription({ path: { name: 'a.b' }, body: {} })).data!;
  const lag: number | null | undefined = (await listSubscriptions()).data?.items[0].lag;
  console.log(amount, next, redriven, lag);

  // @ts-expect-error an order has lines
  await placeOrder({ body: { customerId: 'c', currency: 'GBP' } });
  // @ts-expect-error an item is named
  await showItem({});
  // @ts-expect-error there is no such state
  await listOrders({ query: { state: ['lost'] } });
  // @ts-expect-error there is no such field in an answer
  console.log(cancelled?.price);
}
`;

/** Every schema of the document; of those inside schemas, those that have examples. */
function schemasIn(document: OpenAPIObject, withNested = false): object[] {
  const found: object[] = [];
  const walk = (part: unknown, isSchema: boolean): void => {
    if (typeof part !== 'object' || part === null) return;
    if (isSchema && !Array.isArray(part)) {
      found.push(part);
      if (!withNested) return;
    }
    for (const [name, value] of Object.entries(part) as [string, unknown][]) {
      if (isSchema && (name === 'example' || name === 'examples' || name === 'enum')) continue;
      if (name === 'schemas' || (isSchema && name === 'properties'))
        for (const each of Object.values(value as object)) walk(each, true);
      else walk(value, name === 'schema' || (isSchema && typeof value === 'object' && !Array.isArray(value)));
    }
  };
  walk({ paths: document.paths, components: document.components }, false);
  return found;
}
