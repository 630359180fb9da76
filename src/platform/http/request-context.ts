import type { NextFunction, Request, Response } from 'express';
import { v7 as uuidv7 } from 'uuid';
import { type MessageContext, withMessageContext } from '../messages/message-context';

const CORRELATION_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Gives every request a correlation id, which its answer, its log lines and all messages that follow from it
 * carry, and passes on a well-formed `traceparent`. An id of the caller's is taken when it is a bounded
 * token: it ends up in logs and tables.
 */
export function requestContext(request: Request, response: Response, next: NextFunction): void {
  const wished = request.get('X-Correlation-Id');
  const traceparent = request.get('traceparent');
  const context: MessageContext = {
    correlationId: wished !== undefined && CORRELATION_ID.test(wished) ? wished : uuidv7(),
    ...(traceparent !== undefined && TRACEPARENT.test(traceparent) && { traceparent }),
  };
  response.setHeader('X-Correlation-Id', context.correlationId);
  withMessageContext(context, next);
}

/** The correlation id of the request that is being answered. */
export function correlationIdOf(response: Response): string {
  const id = response.getHeader('X-Correlation-Id');
  return typeof id === 'string' ? id : uuidv7();
}
