import type { ApiResponseOptions } from '@nestjs/swagger';

type Headers = NonNullable<Extract<ApiResponseOptions, { headers?: unknown }>['headers']>;

/** Answers that set it say so: `@ApiOkResponse({ type, headers: ETAG })`. */
export const ETAG: Headers = {
  ETag: {
    description: 'The version of the resource, for `If-Match` and `If-None-Match`.',
    schema: { type: 'string', pattern: '^"[0-9]+"$' },
  },
};

export const LOCATION: Headers = {
  Location: { description: 'Where the resource is.', schema: { type: 'string', format: 'uri-reference' } },
};
