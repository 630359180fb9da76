import type { NextFunction, Request, Response } from 'express';
import { HttpProblem } from './http-problem';
import { headerFaultOf } from './text-encoding';

/** Objects and arrays inside one another. */
export const MAX_JSON_DEPTH = 32;
/** Half of a surrogate pair: no Unicode text, and refused by PostgreSQL's jsonb. */
const LONE_SURROGATE = /\p{Surrogate}/u;

interface Step {
  name: string | number;
  parent: Step | undefined;
}

/**
 * Refuses headers that are no UTF-8, URLs that cannot be decoded, and the NUL character, which PostgreSQL
 * cannot store.
 */
export function checkUrl(request: Request, _response: Response, next: NextFunction): void {
  const fault = headerFaultOf(request);
  if (fault) return next(fault);
  try {
    if (!decodeURIComponent(request.originalUrl).includes('\0')) return next();
  } catch {
    return next(
      new HttpProblem(400, 'request.url-malformed', 'The URL contains an invalid percent-encoding.'),
    );
  }
  next(new HttpProblem(400, 'request.text-not-storable', 'The URL contains a NUL character.'));
}

/** Refuses bodies of another media type than JSON, before anything reads them. */
export function checkMediaType(request: Request, _response: Response, next: NextFunction): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (!hasBody || request.is(['application/json', 'application/*+json'])) return next();
  next(
    new HttpProblem(415, 'request.media-type-unsupported', 'Send the body as application/json.', {
      headers: { Accept: 'application/json' },
    }),
  );
}

/** Refuses parsed bodies that are nested too deeply or hold what no database can store. */
export function checkBody(request: Request, _response: Response, next: NextFunction): void {
  const body: unknown = request.body;
  next(typeof body === 'object' && body !== null ? faultOf(body) : undefined);
}

/** Walks without recursion: the caller decides how deep it goes. */
function faultOf(body: object): HttpProblem | undefined {
  const pending: { value: object; depth: number; step: Step | undefined }[] = [
    { value: body, depth: 1, step: undefined },
  ];
  for (let entry = pending.pop(); entry; entry = pending.pop()) {
    const { value, depth, step } = entry;
    if (depth > MAX_JSON_DEPTH) {
      return new HttpProblem(
        400,
        'request.body-too-deep',
        `The body is nested more than ${MAX_JSON_DEPTH} levels deep.`,
      );
    }
    const names = Array.isArray(value) ? value.keys() : Object.keys(value);
    for (const name of names) {
      const inner: unknown = Reflect.get(value, name);
      if (typeof inner === 'object' && inner !== null)
        pending.push({ value: inner, depth: depth + 1, step: { name, parent: step } });
      else if (
        (typeof inner === 'string' && !isStorable(inner)) ||
        (typeof name === 'string' && !isStorable(name))
      ) {
        return fault(
          'request.text-not-storable',
          'The text contains a NUL character or half a surrogate pair.',
          { name, parent: step },
        );
      }
    }
  }
  return undefined;
}

const isStorable = (text: string): boolean => !text.includes('\0') && !LONE_SURROGATE.test(text);

function fault(code: string, message: string, step: Step): HttpProblem {
  const names: string[] = [];
  for (let at: Step | undefined = step; at; at = at.parent) names.unshift(String(at.name));
  return new HttpProblem(400, 'request.malformed', 'The request is not of the form that is expected here.', {
    errors: [{ pointer: toPointer(names), code, message }],
  });
}

/** A JSON pointer, RFC 6901. */
export const toPointer = (names: readonly string[]): string =>
  names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
