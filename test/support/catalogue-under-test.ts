import { Global, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { CatalogueModule } from '../../src/platform/catalogue/pages/catalogue.module';
import { readSettings, Settings } from '../../src/platform/config/settings';
import { ModuleDatabases } from '../../src/platform/database/module-databases';
import { Hosting } from '../../src/platform/hosting/hosting';
import { configureHttp } from '../../src/platform/http/configure-http';
import { HttpModule } from '../../src/platform/http/http.module';
import { Clock } from '../../src/platform/unit-of-work/clock';
import { UnitOfWork } from '../../src/platform/unit-of-work/unit-of-work';

/** The catalogue of an application behind the edge that it has, without the application. It listens. */
export async function catalogueUnderTest(root: Type): Promise<NestExpressApplication> {
  const settings = readSettings({});

  @Global()
  @Module({
    imports: [HttpModule, CatalogueModule.forRoot(root)],
    providers: [
      Clock,
      { provide: Settings, useValue: settings },
      { provide: UnitOfWork, useValue: {} },
      { provide: ModuleDatabases, useValue: new ModuleDatabases(new Map()) },
      { provide: Hosting, useValue: new Hosting([]) },
    ],
    exports: [Clock, Settings, UnitOfWork, ModuleDatabases, Hosting],
  })
  class DescribedModule {}

  const app = await NestFactory.create<NestExpressApplication>(DescribedModule, {
    logger: false,
    bodyParser: false,
  });
  configureHttp(app, settings);
  await app.listen(0, '127.0.0.1');
  return app;
}
