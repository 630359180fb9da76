import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';

/** The API of all modules, hosted in this process or not, for the OpenAPI document. */
export class ApiCatalogue {
  private described: Promise<NestExpressApplication> | undefined;

  /** `modules` are those that a process imports which hosts everything. */
  constructor(private readonly modules: () => readonly (Type | DynamicModule)[]) {}

  /**
   * An application that answers nothing: it is put together, and nothing of it is made. Done at the first
   * call.
   */
  describe(): Promise<NestExpressApplication> {
    this.described ??= this.assemble();
    return this.described;
  }

  private assemble(): Promise<NestExpressApplication> {
    @Module({ imports: [...this.modules()] })
    class CatalogueApplication {}
    // Without a logger of its own: NestJS has one for the process, and takes the last that it was given for
    // all.
    return NestFactory.create<NestExpressApplication>(CatalogueApplication, {
      preview: true,
      abortOnError: false,
    });
  }
}
