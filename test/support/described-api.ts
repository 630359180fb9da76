import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type request from 'supertest';

interface Header {
  required?: boolean;
}

interface Described {
  description?: string;
  headers?: Record<string, Header | { $ref: string }>;
  content?: Record<string, { schema?: object }>;
}

export interface Operation {
  operationId: string;
  responses: Record<string, Described | { $ref: string }>;
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: object }> };
}

/** An answer as it came, and what was asked. */
export interface Exchange {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** JSON, where there was any. */
  readonly sent: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

interface Found {
  readonly template: string;
  readonly method: string;
  readonly operation: Operation;
}

export interface ApiDocument {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

/** Headers that clients rely on: an answer that has one says so in the document. */
const RELIED_ON = [
  'ETag',
  'Location',
  'Retry-After',
  'Idempotency-Replayed',
  'Preference-Applied',
  'X-Correlation-Id',
  'WWW-Authenticate',
];

/** Compares answers with what an OpenAPI 3.1 document says of them. */
export class DescribedApi {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<object, ValidateFunction>();

  constructor(private readonly document: ApiDocument) {
    addFormats(this.ajv);
    // Clients may find more than a schema names; what it forgets is found here.
    this.ajv.addSchema({ $id: 'document', components: { schemas: closed(document.components.schemas) } });
  }

  /** The operation that a request asks for; undefined where the document has none. */
  find(method: string, path: string): Found | undefined {
    const asked = path.split('?')[0].split('/');
    const fits = (template: string): boolean => {
      const parts = template.split('/');
      return (
        parts.length === asked.length &&
        parts.every((part, index) => part === asked[index] || (part.startsWith('{') && asked[index] !== ''))
      );
    };
    // `/stock/totals` comes before `/stock/{itemId}`.
    const [template] = Object.keys(this.document.paths)
      .filter(fits)
      .sort((one, other) => one.split('{').length - other.split('{').length);
    const name = method === 'HEAD' ? 'get' : method.toLowerCase();
    const operation = template === undefined ? undefined : this.document.paths[template][name];
    return operation && { template, method: name, operation };
  }

  /** Everything in which an exchange differs from what the document says, whatever was asked. */
  amiss(exchange: Exchange): string[] {
    const found = this.find(exchange.method, exchange.path);
    const answer = exchange as unknown as request.Response;
    if (!found) return this.unknownAmiss(exchange);
    const { template, method, operation } = found;
    const isHead = exchange.method === 'HEAD';
    return [
      ...this.differences(method, template, isHead ? ({ ...answer, isHead: true } as never) : answer),
      ...(exchange.status < 300 ? this.requestAmiss(operation, exchange) : []),
    ];
  }

  /** What is no operation is refused as everything is, and as the document says of the whole. */
  private unknownAmiss({ status, headers, body, method }: Exchange): string[] {
    const isRefusal = [400, 403, 404, 405, 413, 415, 421].includes(status);
    if (!isRefusal) return [`${status} for what the document does not know`];
    if (status === 405 && headers.allow === undefined) return ['405 lacks Allow'];
    if (method === 'HEAD') return [];
    return this.bodyAmiss(
      { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      headers['content-type']?.split(';')[0],
      { status, body } as request.Response,
    );
  }

  /** What was accepted is what the document asks for. */
  private requestAmiss({ requestBody, parameters = [] }: Operation, { path, sent }: Exchange): string[] {
    const asked = [...new URL(path, 'http://localhost').searchParams.keys()];
    const known = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
    const unknown = asked
      .filter((name) => !known.includes(name))
      .map((name) => `query ${name} is not listed`);
    const schema = requestBody?.content['application/json'].schema;
    if (!schema || sent === undefined) return unknown;
    const validate = this.validatorOf(schema);
    // Null is taken for nothing.
    if (validate(withoutNull(sent))) return unknown;
    return [...unknown, `accepts a body that is not described: ${JSON.stringify(validate.errors)}`];
  }

  /** Everything in which an answer differs from what the operation says. */
  differences(method: string, template: string, answer: request.Response): string[] {
    const operation = this.document.paths[template]?.[method];
    if (!operation) return ['the document does not know the operation'];
    const described = operation.responses[String(answer.status)];
    if (!described) return [`${answer.status} is not listed`];
    const { headers = {}, content } = this.resolved<Described>(described);
    const type = answer.headers['content-type']?.split(';')[0];
    const isHead = (answer as { isHead?: boolean }).isHead === true;
    return [...this.headersAmiss(headers, answer), ...(isHead ? [] : this.bodyAmiss(content, type, answer))];
  }

  private headersAmiss(described: NonNullable<Described['headers']>, answer: request.Response): string[] {
    const given = answer.headers as Record<string, string | undefined>;
    const forgotten = RELIED_ON.filter(
      (name) => given[name.toLowerCase()] !== undefined && !(name in described),
    );
    const required = Object.keys(described).filter((name) => this.resolved<Header>(described[name]).required);
    const missing = required.filter((name) => given[name.toLowerCase()] === undefined);
    return [
      ...forgotten.map((name) => `${answer.status} has ${name}, which is not listed`),
      ...missing.map((name) => `${answer.status} lacks ${name}`),
    ];
  }

  private bodyAmiss(
    content: Described['content'],
    type: string | undefined,
    answer: request.Response,
  ): string[] {
    if (!content)
      return type === undefined ? [] : [`${answer.status} has a body of ${type}, and none is described`];
    const schema = content[type ?? '']?.schema;
    if (!schema) return [`${answer.status} has no schema for ${type}`];
    if (!type?.endsWith('json')) return [];
    const validate = this.validatorOf(schema);
    return validate(answer.body)
      ? []
      : (validate.errors ?? []).map(
          ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
        );
  }

  private validatorOf(schema: object): ValidateFunction {
    let validate = this.validators.get(schema);
    if (!validate) {
      const inDocument = JSON.parse(
        JSON.stringify(closed(schema)).replaceAll('"#/components/', '"document#/components/'),
      ) as object;
      this.validators.set(schema, (validate = this.ajv.compile(inDocument)));
    }
    return validate;
  }

  private resolved<T extends object>(part: T | { $ref: string }): T {
    if (!('$ref' in part)) return part;
    return part.$ref
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], this.document) as T;
  }
}

const withoutNull = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(kept.map(([name, each]) => [name, withoutNull(each)]));
};

/** A schema whose objects have no other fields than it names. */
function closed(part: unknown): object {
  if (Array.isArray(part))
    return part.map((item: unknown) =>
      typeof item === 'object' && item !== null ? closed(item) : (item as object),
    );
  const copy = Object.fromEntries(
    Object.entries(part as object).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'object' && value !== null ? closed(value) : value,
    ]),
  );
  const isOpen =
    copy.properties !== undefined && copy.type === 'object' && copy.additionalProperties === undefined;
  return isOpen ? { ...copy, additionalProperties: false } : copy;
}
