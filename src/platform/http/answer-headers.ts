import type { ApiResponseOptions } from '@nestjs/swagger';

type Headers = NonNullable<Extract<ApiResponseOptions, { headers?: unknown }>['headers']>;

const etag = { schema: { type: 'string', pattern: '^"[0-9]+"$' } };

const HEADERS = {
  ETag: {
    ETag: {
      ...etag,
      required: true,
      description: 'The version of the resource, for `If-Match` and `If-None-Match`.',
    },
  },
  /** Of answers that show a resource only to the waiting client. */
  'ETag after waiting': {
    ETag: { ...etag, description: 'With `Prefer: wait`: the version of the resource as it is shown.' },
  },
  Location: {
    Location: {
      description: 'Where the resource is.',
      required: true,
      schema: { type: 'string', format: 'uri-reference' },
    },
  },
} satisfies Record<string, Headers>;

/**
 * How the API's description introduces the headers that an answer sets: `@ApiOkResponse({ type, headers:
 * answerHeaders('ETag') })`.
 */
export const answerHeaders = (...names: (keyof typeof HEADERS)[]): Headers =>
  Object.assign({}, ...names.map((name) => HEADERS[name])) as Headers;
