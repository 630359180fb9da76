import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_SCHEMA } from './problem-schema';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Responses = Operation['responses'];
type Response = Exclude<NonNullable<Responses[string]>, { $ref: string }>;

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** Refusals that the edge may answer with, besides what the description of the whole API says. */
const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The request is not of the form that is expected here: it cannot be read, has an unknown field or parameter, or a value of another type.',
  401: 'The token is missing or another one.',
  403: 'A web page of another site asks, or the caller may not do this.',
  404: 'There is no such thing.',
  406: 'The thing cannot be shown in any media type of `Accept`.',
  408: 'The request took too long to arrive.',
  409: 'The state of the thing does not allow this now, a request with the same `Idempotency-Key` is being worked on, or there is one with the same identity or `externalReference` already (`existing`).',
  412: 'The thing does not have the version of `If-Match`.',
  413: 'The body is too large.',
  415: 'The body is no JSON in UTF-8.',
  421: 'This server does not know itself by the name in `Host`.',
  422: 'A value is out of its range, or a business rule says no.',
  429: 'This client has too many streams open.',
  431: 'The headers are too large.',
  500: 'Something went wrong on our side.',
  503: 'A part of the service cannot be reached or is overloaded.',
  504: 'A part of the service did not answer in time. Whether the request had its effect is unknown.',
  508: 'The request was sent in a circle between the processes of this service.',
};
/** Whatever is asked of any port: what is no request is refused before a route is looked for. */
const OF_EVERY_PORT = [400, 403, 408, 413, 415, 421, 431, 500, 503];
/** Of the port whose requests other processes may have to answer. */
export const WHERE_FORWARDED = [504, 508];
/** Problems that end by themselves. */
const WITH_RETRY_AFTER = new Set([409, 429, 503, 504]);

/**
 * Says of an operation that what its path names is made on demand, so that it never answers 404:
 * `@ApiExtension('x-always-there', true)`.
 */
const ALWAYS_THERE = 'x-always-there';

const HEADERS = {
  Accept: { description: 'What is taken.', schema: { type: 'string' } },
  Authenticate: { description: 'How to say who asks.', required: true, schema: { type: 'string' } },
  CorrelationId: {
    description: 'Finds the request in the logs.',
    required: true,
    schema: { type: 'string' },
  },
  RetryAfter: {
    description: 'Seconds after which it is worth asking again.',
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
  Replayed: {
    description: '`true` where the request was done before and this is its first answer again.',
    schema: { type: 'string' },
  },
  PreferenceApplied: { description: 'What was heeded of `Prefer`.', schema: { type: 'string' } },
} as const;
const header = (name: keyof typeof HEADERS) => ({ $ref: `#/components/headers/${name}` });

/** Headers of problems, by their status. */
const OF_PROBLEMS: Readonly<Record<number, Readonly<Record<string, ReturnType<typeof header>>>>> = {
  401: { 'WWW-Authenticate': header('Authenticate') },
  415: { Accept: header('Accept') },
};

/**
 * Says of every operation which problems it may answer with, and which headers its answers have; makes the
 * document one of OpenAPI 3.1. `ofThisPort` are statuses that any operation here may answer with besides
 * those of every port.
 */
export function completeAnswers(document: OpenAPIObject, ofThisPort: readonly number[]): OpenAPIObject {
  const { paths, components } = withTypesOf31(document) as OpenAPIObject;
  for (const [path, item] of Object.entries(paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) operation.responses = responsesOf(operation, path, [...OF_EVERY_PORT, ...ofThisPort]);
    }
  }
  const responses = Object.fromEntries(
    Object.keys(PROBLEMS).map((status) => [`Problem${status}`, problem(Number(status))]),
  );
  return {
    ...document,
    paths,
    components: {
      ...components,
      schemas: { ...components?.schemas, Problem: PROBLEM_SCHEMA },
      headers: { ...components?.headers, ...HEADERS },
      responses: {
        ...components?.responses,
        ...responses,
        Problem: {
          description: 'A problem',
          headers: { 'X-Correlation-Id': header('CorrelationId') },
          content,
        },
      },
    },
  };
}

const content = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
};

const headersOf = (status: number) => ({
  'X-Correlation-Id': header('CorrelationId'),
  ...(WITH_RETRY_AFTER.has(status) && { 'Retry-After': header('RetryAfter') }),
  ...OF_PROBLEMS[status],
});

const problem = (status: number) => ({
  description: `${STATUS_CODES[status]}. ${PROBLEMS[status]}`,
  headers: headersOf(status),
  content,
});

/**
 * Which problems an operation may answer with follows from what it takes. What only its module knows, such as
 * a state that does not allow it, the controller says:
 * `@ApiConflictResponse({ description: 'It was dispatched.' })`.
 */
function responsesOf(operation: Operation, path: string, always: readonly number[]): Responses {
  const takes = (name: string): boolean =>
    (operation.parameters ?? []).some((parameter) => 'name' in parameter && parameter.name === name);
  const { [ALWAYS_THERE]: isAlwaysThere } = operation as { [ALWAYS_THERE]?: true };
  const streams = JSON.stringify(operation.responses).includes('text/event-stream');
  const statuses = [
    ...always,
    ...(path.includes('{') && !isAlwaysThere ? [404] : []),
    ...(takes('Idempotency-Key') ? [409, 422] : []),
    ...(operation.requestBody || takes('cursor') ? [422] : []),
    ...(takes('If-Match') ? [412] : []),
    ...(streams ? [429] : []),
  ];
  const own = Object.entries(operation.responses).map(([status, response]) => {
    const { headers, ...rest } = response as Response;
    if (Number(status) >= 400) return [status, refusalOf(Number(status), response as Response)] as const;
    const more = {
      'X-Correlation-Id': header('CorrelationId'),
      ...(takes('Idempotency-Key') && { 'Idempotency-Replayed': header('Replayed') }),
      ...(takes('Prefer') && { 'Preference-Applied': header('PreferenceApplied') }),
    };
    return [status, { ...rest, headers: { ...more, ...headers } }] as const;
  });
  const problems = statuses.map(
    (status) => [String(status), { $ref: `#/components/responses/Problem${status}` }] as const,
  );
  return {
    ...Object.fromEntries([...problems, ...own]),
    default: { $ref: '#/components/responses/Problem' },
  } as Responses;
}

/** A refusal that a controller describes is a problem document, too, and may be something else as well. */
const refusalOf = (status: number, { headers, content: others, ...rest }: Response) => ({
  ...rest,
  headers: { ...headersOf(status), ...headers },
  content: { ...content, ...others },
});

/** OpenAPI 3.1 knows no `nullable`: null is a type. */
function withTypesOf31(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withTypesOf31);
  if (typeof part !== 'object' || part === null) return part;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(part).map(([name, value]) => [name, withTypesOf31(value)]),
  ) as {
    nullable?: unknown;
    type?: unknown;
    allOf?: object[];
    $ref?: string;
  };
  if (nullable !== true) return nullable === undefined ? rest : { ...rest, nullable };
  if (typeof rest.type === 'string' && !rest.allOf) return { ...rest, type: [rest.type, 'null'] };
  const { allOf, $ref, type: _type, ...described } = rest;
  return { ...described, anyOf: [...(allOf ?? [{ $ref }]), { type: 'null' }] };
}
