import type { Request, Response } from 'express';
import type { HttpProblem } from './http-problem';
import { correlationIdOf } from './request-context';

/** What an answer said before it failed, and what is not true of a problem. */
const OF_ANSWERS = ['ETag', 'Location', 'Last-Modified', 'Idempotency-Replayed', 'Preference-Applied'];

/** Answers with a problem document. Nothing of an answer may be on its way. */
export function sendProblem(request: Request, response: Response, problem: HttpProblem): void {
  for (const header of OF_ANSWERS) response.removeHeader(header);
  response
    .status(problem.status)
    .set({ 'Cache-Control': 'no-store', ...problem.options.headers })
    .type('application/problem+json')
    .send(JSON.stringify(problem.toDocument(pathOf(request), correlationIdOf(response))));
}

/** Without the query, which may hold what does not belong into logs. */
export const pathOf = (request: Request): string => request.originalUrl.split('?', 1)[0];
