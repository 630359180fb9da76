import type { ApiResponseOptions } from '@nestjs/swagger';

type Headers = NonNullable<Extract<ApiResponseOptions, { headers?: unknown }>['headers']>;

const etag = { schema: { type: 'string', pattern: '^"[0-9]+"$' } };

/** Answers that set it say so: `@ApiOkResponse({ type, headers: ETAG })`. */
export const ETAG: Headers = {
  ETag: { ...etag, required: true, description: 'The version of the resource, for `If-Match` and `If-None-Match`.' },
};

/** Headers of answers that show a resource only to the waiting client. */
export const ETAG_OF_WAITED: Headers = {
  ETag: { ...etag, description: 'With `Prefer: wait`: the version of the resource as it is shown.' },
};

export const LOCATION: Headers = {
  Location: { description: 'Where the resource is.', required: true, schema: { type: 'string', format: 'uri-reference' } },
};
