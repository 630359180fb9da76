import { type INestApplication, Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { OpenApiInfo } from '../http/open-api-info';
import { documentOf } from '../http/open-api';

const CONVENTIONS = `- It is about the modules that the process hosts which is asked; ask each process about its own.
- Where \`OPS_TOKEN\` is set, each request has it as a bearer token, or gets 401.
- Refusals, \`X-Correlation-Id\` and what is taken for a request are those of the public API.`;

/**
 * The OpenAPI document of the operator's API: one of its own, because its port, its users and its token are.
 * Made when it is first asked for.
 */
@Injectable()
export class OpsDocument {
  private app: INestApplication | undefined;
  private made: OpenAPIObject | undefined;

  constructor(private readonly info: OpenApiInfo) {}

  /** Names the application that it describes: that of the operator's port. */
  of(app: INestApplication): void {
    this.app = app;
  }

  get content(): OpenAPIObject {
    if (!this.app) throw new Error('The application that the document describes is not known yet.');
    const { title, version } = this.info;
    const description = 'What an operator sees of a running process and does to it.';
    return (this.made ??= documentOf(
      this.app,
      { title: `${title}: operations`, version, description },
      { conventions: CONVENTIONS, statuses: [401], wantsToken: true },
    ));
  }
}
