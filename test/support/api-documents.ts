import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from '../../src/app.module';
import { readSettings } from '../../src/platform/config/settings';
import { ModuleDatabases } from '../../src/platform/database/module-databases';
import { boundedContextsOf } from '../../src/platform/hosting/bounded-contexts';
import { ApiCatalogue } from '../../src/platform/http/forwarding/api-catalogue';
import { openApiDocument } from '../../src/platform/http/open-api';
import { apiInfoOf, OpenApiInfo } from '../../src/platform/http/open-api-info';
import { OpsApiModule } from '../../src/platform/ops/ops-api.module';
import { OpsDocument } from '../../src/platform/ops/ops-document';
import { PlatformModule } from '../../src/platform/start/platform.module';

/** The OpenAPI document of each port, made without a database: nothing of the application is instantiated. */
export async function apiDocuments(): Promise<Record<'public' | 'operator', OpenAPIObject>> {
  Logger.overrideLogger(false);
  const settings = readSettings({}, boundedContextsOf(AppModule));
  const platform = PlatformModule.forRoot(settings, new ModuleDatabases(new Map()), AppModule);
  const api = await new ApiCatalogue(() => [platform, AppModule]).describe();
  const info = apiInfoOf(AppModule);
  const running = { get: (type: unknown) => (type === OpenApiInfo ? info : {}) };
  const ops = await NestFactory.create(OpsApiModule.over(running as never), {
    preview: true,
    abortOnError: false,
  });
  const document = new OpsDocument(info);
  document.of(ops);
  // As they are sent.
  return JSON.parse(
    JSON.stringify({ public: openApiDocument(api, info), operator: document.content }),
  ) as Record<'public' | 'operator', OpenAPIObject>;
}
