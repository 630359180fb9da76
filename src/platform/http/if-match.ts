import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Refusal } from '../domain/refusal';
import { documentsHeader } from './document-header';
import { HttpProblem } from './http-problem';

const ENTITY_TAG = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/;
const VERSION = /^[1-9][0-9]{0,14}$/;

/**
 * Answers with the version of the resource, which a client sends back in `If-Match` to change what it has
 * seen and nothing newer.
 */
export function setETag(response: Response, version: number): void {
  response.setHeader('ETag', `"${version}"`);
}

/**
 * The version that the client expects the resource to have: `number | undefined`. `*` and no header expect
 * none.
 */
export const IfMatch = createParamDecorator(
  (_data: unknown, context: ExecutionContext): number | undefined =>
    expectedVersion(context.switchToHttp().getRequest<Request>().get('If-Match')),
  [
    documentsHeader({
      name: 'If-Match',
      description: 'The `ETag` last seen. Another version is refused with 412.',
      schema: { type: 'string', examples: ['"3"'] },
    }),
  ],
);

/** A tag that no resource of ours can have never matches, so it is refused like a version that is past. */
export function expectedVersion(header: string | undefined): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '*') return undefined;
  const tag = ENTITY_TAG.exec(text);
  if (!tag)
    throw new HttpProblem(
      400,
      'request.if-match-malformed',
      'If-Match takes one entity tag in double quotes, such as "3", or *.',
    );
  const [, weak, version] = tag;
  if (weak || !VERSION.test(version))
    throw new Refusal(
      'precondition-failed',
      'request.version-not-current',
      'The resource does not have this entity tag.',
    );
  return Number(version);
}
