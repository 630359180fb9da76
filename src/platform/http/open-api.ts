import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { completeAnswers, WHERE_FORWARDED } from './open-api-answers';
import type { OpenApiInfo } from './open-api-info';

export const DOCS_PATH = '/docs';
export const DOCUMENT_PATH = '/openapi.json';

/** The name of the security scheme. */
const TOKEN = 'token';

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
export const openApiDocument = (app: INestApplication, info: OpenApiInfo): OpenAPIObject =>
  documentOf(app, info, { conventions: CONVENTIONS, statuses: WHERE_FORWARDED });

/** What the document of a port says besides what its controllers do. */
export interface PortDescription {
  /** Markdown, below what the application says of itself. */
  readonly conventions: string;
  /** Those that any operation of this port may answer with, and not of every port. */
  readonly statuses: readonly number[];
  /** Each request may need a bearer token. */
  readonly wantsToken?: boolean;
}

/** The OpenAPI document of an application with a port of its own. */
export function documentOf(
  app: INestApplication,
  { title, version, description }: OpenApiInfo,
  { conventions, statuses, wantsToken = false }: PortDescription,
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setDescription([description, conventions].filter((text) => text !== '').join('\n\n'))
    .setVersion(version)
    .addServer('/', 'The process that this document came from.');
  if (wantsToken)
    config
      .addBearerAuth({ type: 'http', scheme: 'bearer' }, TOKEN)
      .addSecurityRequirements(TOKEN)
      .addSecurityRequirements({});
  return completeAnswers(SwaggerModule.createDocument(app, config.build()), statuses);
}
