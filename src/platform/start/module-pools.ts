import type { DataSource } from 'typeorm';
import { ModuleDatabases } from '../database/module-databases';

/**
 * The pools of the modules that live here: of those that stay they outlive the applications that use them.
 */
export class ModulePools {
  private readonly pools = new Map<string, DataSource>();

  constructor(private readonly open: (modules: readonly string[]) => Promise<ModuleDatabases>) {}

  /** Opens what is missing. */
  async of(modules: readonly string[]): Promise<ModuleDatabases> {
    const missing = modules.filter((module) => !this.pools.has(module));
    if (missing.length > 0) {
      const opened = await this.open(missing);
      for (const module of missing) this.pools.set(module, opened.of(module));
    }
    return new ModuleDatabases(new Map(modules.map((module) => [module, this.pools.get(module)!])));
  }

  /** Releases the pools of all other modules; returns how to close them once they are unused. */
  leaveAllBut(modules: readonly string[]): () => Promise<void> {
    const left = [...this.pools].filter(([module]) => !modules.includes(module));
    for (const [module] of left) this.pools.delete(module);
    return async () => void (await Promise.all(left.map(([, pool]) => pool.destroy())));
  }

  close(): Promise<void> {
    return this.leaveAllBut([])();
  }
}
