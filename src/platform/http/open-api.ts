import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { completeAnswers } from './open-api-answers';
import type { OpenApiInfo } from './open-api-info';

export const DOCS_PATH = '/docs';
export const DOCUMENT_PATH = '/openapi.json';

/** What holds for every API on the platform. */
const CONVENTIONS = `- Every refusal is a problem document (RFC 9457) with a stable \`code\` and one reason per field or line.
- A \`POST\` may carry an \`Idempotency-Key\`: sent again within 24 hours with the same body, it is answered like the first time.
- Resources that change have an \`ETag\`; send it as \`If-Match\` to change what you have seen and nothing newer.
- Lists come in pages: ask again with \`cursor\` set to the \`nextCursor\` of the page before, and with the same filters and sort.
- \`X-Correlation-Id\` is taken over or made, and is in every answer, log line and message that follows from the request.`;

/**
 * Serves the OpenAPI 3.1 document and a page to try it. Both are made when they are first asked for, not at
 * start; from the application that `describe` answers, where this process hosts a part of the API only.
 */
export function serveOpenApi(
  app: NestExpressApplication,
  info: OpenApiInfo,
  describe?: () => Promise<INestApplication>,
): void {
  let described: INestApplication = app;
  if (describe) {
    app.use([DOCS_PATH, DOCUMENT_PATH], (_request: Request, _response: Response, next: NextFunction) => {
      describe().then((whole) => {
        described = whole;
        next();
      }, next);
    });
  }
  SwaggerModule.setup(DOCS_PATH, app, () => openApiDocument(described, info), {
    jsonDocumentUrl: DOCUMENT_PATH,
    raw: ['json'],
    customSiteTitle: info.title,
    swaggerOptions: { validatorUrl: null, displayRequestDuration: true, tagsSorter: 'alpha' },
  });
}

/** The OpenAPI document of the modules in an application. */
export function openApiDocument(
  app: INestApplication,
  { title, version, description }: OpenApiInfo,
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setDescription([description, CONVENTIONS].filter((text) => text !== '').join('\n\n'))
    .setVersion(version)
    .addServer('/', 'The process that this document came from.')
    .build();
  return completeAnswers(SwaggerModule.createDocument(app, config));
}
