import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';

export const API_VERSION = '0.1.0';
export const DOCS_PATH = '/docs';
export const DOCUMENT_PATH = '/openapi.json';

const DESCRIPTION = `From an order to a completed, rejected or cancelled one, over seven modules.

- Every refusal is a problem document (RFC 9457) with a stable \`code\` and one reason per field or line.
- A \`POST\` may carry an \`Idempotency-Key\`: sent again within 24 hours with the same body, it is answered like the first time.
- Resources that change have an \`ETag\`; send it as \`If-Match\` to change what you have seen and nothing newer.
- Lists come in pages: ask again with \`cursor\` set to the \`nextCursor\` of the page before.
- \`X-Correlation-Id\` is taken over or made, and is in every answer, log line and message that follows from the request.`;

const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'A problem document, RFC 9457.',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance', 'correlationId'],
  properties: {
    type: { type: 'string', format: 'uri-reference', examples: ['/problems/orders.refused'] },
    title: { type: 'string', examples: ['Unprocessable Entity'] },
    status: { type: 'integer', examples: [422] },
    detail: { type: 'string', description: 'For people.' },
    code: { type: 'string', description: 'Stable, for programs.', examples: ['orders.refused'] },
    instance: { type: 'string', description: 'The path that was asked for.' },
    correlationId: { type: 'string', description: 'Finds the request in the logs.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'message'],
        properties: {
          pointer: {
            type: 'string',
            description: 'JSON pointer to the field; empty for the whole request.',
            examples: ['/lines/3/quantity'],
          },
          code: { type: 'string', examples: ['orders.line.quantity-not-positive'] },
          message: { type: 'string' },
        },
      },
    },
  },
};

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/**
 * Serves the OpenAPI 3.1 document and a page to try it. Both are made when they are first asked for, not at start; from the
 * application that `describe` answers, where this process hosts a part of the API only.
 */
export function serveOpenApi(app: NestExpressApplication, describe?: () => Promise<INestApplication>): void {
  let described: INestApplication = app;
  if (describe) {
    app.use([DOCS_PATH, DOCUMENT_PATH], (_request: Request, _response: Response, next: NextFunction) => {
      describe().then((whole) => {
        described = whole;
        next();
      }, next);
    });
  }
  SwaggerModule.setup(DOCS_PATH, app, () => openApiDocument(described), {
    jsonDocumentUrl: DOCUMENT_PATH,
    raw: ['json'],
    customSiteTitle: 'Seamline API',
    swaggerOptions: { validatorUrl: null, displayRequestDuration: true, tagsSorter: 'alpha' },
  });
}

/** The OpenAPI document of the modules in an application. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Seamline')
    .setDescription(DESCRIPTION)
    .setVersion(API_VERSION)
    .build();
  return withProblems(SwaggerModule.createDocument(app, config));
}

/** Says of every operation that it may answer with a problem document. */
function withProblems(document: OpenAPIObject): OpenAPIObject {
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problem: PROBLEM_SCHEMA } };
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation) operation.responses = { ...operation.responses, default: { description: 'A problem', content } };
    }
  }
  return document;
}
