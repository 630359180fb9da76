import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { RouteParamtypes, ROUTE_ARGS_METADATA } from '../hosting/nest-metadata';
import type { Request } from 'express';
import { HttpProblem, type ProblemReason } from './http-problem';
import { toPointer } from './payload';
import { UNKNOWN_FIELD } from './validation.pipe';

interface PartsRead {
  query: boolean;
  body: boolean;
}

/**
 * Refuses what a route would not even look at: a query where it declares no `@Query()`, fields of a body
 * where it declares no `@Body()`. What a client has said and what is not understood must not be left out
 * silently: it may have narrowed what is done. An empty body is none.
 */
@Injectable()
export class UnreadPartsGuard implements CanActivate {
  private readonly known = new WeakMap<object, PartsRead>();

  canActivate(context: ExecutionContext): boolean {
    const { query, body } = context.switchToHttp().getRequest<Pick<Request, 'query'> & { body: unknown }>();
    const read = this.partsReadBy(context);
    const unread = [...(read.query ? [] : fieldsOf(query)), ...(read.body ? [] : fieldsOf(body))];
    if (unread.length === 0) return true;
    throw new HttpProblem(400, 'request.malformed', 'The request says something that is not known here.', {
      errors: unread,
    });
  }

  private partsReadBy(context: ExecutionContext): PartsRead {
    const handler = context.getHandler();
    let read = this.known.get(handler);
    if (!read) {
      const declared = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name) ??
        {}) as object;
      // Parameters of decorators that are made here have random names instead, which may begin with any
      // digit.
      const kinds = new Set(
        Object.keys(declared).flatMap((key) => (/^\d+:\d+$/.test(key) ? [Number.parseInt(key, 10)] : [])),
      );
      read = { query: kinds.has(RouteParamtypes.QUERY), body: kinds.has(RouteParamtypes.BODY) };
      this.known.set(handler, read);
    }
    return read;
  }
}

function fieldsOf(part: unknown): ProblemReason[] {
  if (typeof part !== 'object' || part === null) return [];
  if (Array.isArray(part))
    return [{ pointer: '', code: 'request.field-type', message: 'No list is expected here.' }];
  return Object.keys(part).map((name) => ({
    pointer: toPointer([name]),
    code: 'request.field-unknown',
    message: UNKNOWN_FIELD,
  }));
}
