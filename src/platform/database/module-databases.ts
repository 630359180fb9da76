import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';

/**
 * One connected TypeORM `DataSource` per hosted module: its own login role, pool and schema (`search_path`).
 */
@Injectable()
export class ModuleDatabases {
  constructor(private readonly sources: ReadonlyMap<string, DataSource>) {}

  /** The data source of a module; throws when this process does not host it. */
  of(module: string): DataSource {
    const source = this.sources.get(module);
    if (!source)
      throw new Error(
        `This process has no database for the module "${module}". It hosts: ${[...this.sources.keys()].join(', ')}.`,
      );
    return source;
  }

  get modules(): string[] {
    return [...this.sources.keys()];
  }

  /** How a module's own login connects. */
  urlOf(module: string): string {
    const { options } = this.of(module);
    if (options.type !== 'postgres' || !options.url)
      throw new Error(`The data source of "${module}" was not made from a URL.`);
    return options.url;
  }

  /** Closes every connection. Call it last: whatever still runs then fails. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.sources.values()].filter((source) => source.isInitialized).map((source) => source.destroy()),
    );
  }
}
