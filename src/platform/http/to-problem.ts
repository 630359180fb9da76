import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { Refusal, type RefusalKind } from '../domain/refusal';
import { isTransient } from '../subscriptions/failure';
import { HttpProblem } from './http-problem';

const REFUSAL_STATUS: Record<RefusalKind, number> = {
  invalid: 422,
  unknown: 404,
  conflict: 409,
  'precondition-failed': 412,
  'not-allowed': 403,
};

/** The code of a request whose twin is being worked on. */
export const IN_FLIGHT = 'idempotency.in-flight';
/** Refusals that end by themselves, and after how many seconds it is worth asking again. */
const RETRY_AFTER: Readonly<Record<string, string>> = { [IN_FLIGHT]: '1' };

/** The body parser's error types, and the answers to clients. */
const BODY_PROBLEMS: Readonly<Record<string, { status: number; code: string; detail: string }>> = {
  'entity.parse.failed': {
    status: 400,
    code: 'request.body-unparsable',
    detail: 'The body is not a JSON object.',
  },
  'entity.too.large': {
    status: 413,
    code: 'request.body-too-large',
    detail: 'The body is larger than this API accepts.',
  },
  'request.aborted': { status: 400, code: 'request.body-incomplete', detail: 'The body ended too early.' },
  'request.size.invalid': {
    status: 400,
    code: 'request.body-incomplete',
    detail: 'The body is not as long as Content-Length says.',
  },
  'text.not-utf8': {
    status: 400,
    code: 'request.text-not-utf8',
    detail: 'The body holds bytes that are no UTF-8.',
  },
  'charset.unsupported': { status: 415, code: 'request.charset-unsupported', detail: 'Send JSON in UTF-8.' },
  'encoding.unsupported': {
    status: 415,
    code: 'request.encoding-unsupported',
    detail: 'This Content-Encoding is not supported.',
  },
};

/** SQLSTATEs of values that no column of the type can take; a check of the request let them through. */
const UNSTORABLE = new Set(['22P02', '22003', '22007', '22008', '22021', '22P05']);
const UNIQUE_VIOLATION = '23505';

/** The problem that a failed request is answered with. Unexpected errors become a 500 without details. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof Refusal) {
    const retryAfter = RETRY_AFTER[error.code];
    return new HttpProblem(REFUSAL_STATUS[error.kind], error.code, error.message, {
      errors: error.reasons,
      existing: error.existing,
      cause: error,
      ...(retryAfter !== undefined && { headers: { 'Retry-After': retryAfter } }),
    });
  }
  if (error instanceof HttpException) return ofFramework(error);
  if (isTransient(error)) {
    return new HttpProblem(
      503,
      'service.unavailable',
      'A part of the service cannot be reached or is overloaded. Try again.',
      {
        headers: { 'Retry-After': '1' },
        cause: error,
      },
    );
  }
  const code = stringProperty(error, 'code');
  if (code !== undefined && UNSTORABLE.has(code)) {
    return new HttpProblem(
      400,
      'request.value-malformed',
      'A value of the request is malformed or out of every range.',
      { cause: error },
    );
  }
  if (code === UNIQUE_VIOLATION) {
    return new HttpProblem(
      409,
      'request.conflict',
      'Something of this identity exists already, or was made at the same moment.',
      {
        cause: error,
      },
    );
  }
  return unexpected(error);
}

/** An exception of Nest's, among them what Express and the body parser threw, wrapped. */
function ofFramework(error: HttpException): HttpProblem {
  const status = error.getStatus();
  if (status >= 500)
    return status === 500
      ? unexpected(error)
      : new HttpProblem(status, `service.${kebab(STATUS_CODES[status])}`, 'The service cannot do this now.', {
          cause: error,
        });
  if (error.cause instanceof URIError)
    return new HttpProblem(400, 'request.url-malformed', 'The URL contains an invalid percent-encoding.', {
      cause: error,
    });
  const known = BODY_PROBLEMS[stringProperty(error.cause, 'type') ?? ''];
  if (known) return new HttpProblem(known.status, known.code, known.detail, { cause: error });
  // The message of an error from below may quote the request or the inside; only Nest's own are written for
  // clients.
  const detail =
    error.cause === undefined ? error.message : (STATUS_CODES[status] ?? 'The request was refused.');
  return new HttpProblem(status, `request.${kebab(STATUS_CODES[status])}`, detail, { cause: error });
}

const unexpected = (cause: unknown): HttpProblem =>
  new HttpProblem(
    500,
    'service.internal-error',
    'Something went wrong on our side. The correlation id finds it in the logs.',
    { cause },
  );

const kebab = (text = 'problem'): string => text.toLowerCase().replace(/[^a-z]+/g, '-');

function stringProperty(error: unknown, name: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}
