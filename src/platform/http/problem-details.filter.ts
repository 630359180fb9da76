import { type ArgumentsHost, Catch, type ExceptionFilter, Logger, NotFoundException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Request, Response } from 'express';
import { allowedMethods } from './allowed-methods';
import { HttpProblem } from './http-problem';
import { correlationIdOf } from './request-context';
import { pathOf, sendProblem } from './send-problem';
import { toProblem } from './to-problem';

/** Answers every failed request with an RFC 9457 problem document. The only place that writes one. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  private readonly log = new Logger('Http');

  constructor(private readonly adapters: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = this.problemOf(error, request);
    if (problem.status >= 500) this.report(problem, request, correlationIdOf(response));
    if (response.headersSent) {
      // Half an answer is on its way; the client must see that it ended too early.
      response.destroy();
      return;
    }
    sendProblem(request, response, problem);
  }

  private problemOf(error: unknown, request: Request): HttpProblem {
    if (!(error instanceof NotFoundException) || request.route !== undefined) return toProblem(error);
    const allowed = allowedMethods(this.adapters.httpAdapter, pathOf(request));
    if (allowed.length === 0)
      return new HttpProblem(404, 'request.route-unknown', 'There is nothing at this path.');
    const methods = allowed.join(', ');
    return new HttpProblem(405, 'request.method-not-allowed', `This path answers ${methods}.`, {
      headers: { Allow: methods },
    });
  }

  private report(problem: HttpProblem, request: Request, correlationId: string): void {
    const cause = problem.options.cause;
    const line = `${request.method} ${pathOf(request)} was answered with ${problem.status}, correlation id ${correlationId}: ${cause instanceof Error ? cause.message : String(cause)}`;
    if (problem.status === 503) this.log.warn(line);
    else this.log.error(line, cause instanceof Error ? cause.stack : undefined);
  }
}
