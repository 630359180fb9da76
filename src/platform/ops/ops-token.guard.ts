import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Settings } from '../config/settings';
import { HttpProblem } from '../http/http-problem';

/** Wants `Authorization: Bearer <OPS_TOKEN>` where a token is set. */
@Injectable()
export class OpsTokenGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(context: ExecutionContext): boolean {
    const { token } = this.settings.ops;
    if (token === undefined) return true;
    const given = context.switchToHttp().getRequest<Request>().headers.authorization ?? '';
    if (!timingSafeEqual(digest(given), digest(`Bearer ${token}`)))
      throw new HttpProblem(
        401,
        'request.unauthorized',
        'The operator API wants the token of OPS_TOKEN as a bearer token.',
        { headers: { 'WWW-Authenticate': 'Bearer' } },
      );
    return true;
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
