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

  /** Everything in which an answer differs from what the operation says. */
  differences(method: string, template: string, answer: request.Response): string[] {
    const operation = this.document.paths[template]?.[method];
    if (!operation) return ['the document does not know the operation'];
    const described = operation.responses[String(answer.status)];
    if (!described) return [`${answer.status} is not listed`];
    const { headers = {}, content } = this.resolved<Described>(described);
    const type = answer.headers['content-type']?.split(';')[0];
    return [...this.headersAmiss(headers, answer), ...this.bodyAmiss(content, type, answer)];
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
