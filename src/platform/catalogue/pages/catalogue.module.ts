import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { Activity } from './activity';
import { CatalogueController } from './catalogue.controller';
import { DescribedApplication } from './described-application';

/** `/catalogue` and `/catalogue.json`. */
@Module({})
export class CatalogueModule {
  /** Of all modules that `root` lists; nothing is served without it. */
  static forRoot(root: Type | undefined): DynamicModule {
    if (!root) return { module: CatalogueModule };
    return {
      module: CatalogueModule,
      controllers: [CatalogueController],
      providers: [Activity, { provide: DescribedApplication, useValue: new DescribedApplication(root) }],
    };
  }
}
