import type { EnvReader } from './env-reader';

/** One variable of a module, as documented in docs/configuration.md. */
export interface DescribedVariable {
  name: string;
  module: string;
  /** As one would write it; `none` where there is none. */
  fallback: string;
  meaning: string;
}

/**
 * A class of a module that reads the module's own variables in its constructor. Named by `@BoundedContext`,
 * it can be injected.
 */
export type ModuleSettings<T extends object = object> = new (env: ModuleEnv) => T;

/** A bounded context, as far as settings go. */
export interface SettingsOwner {
  readonly name: string;
  readonly settings?: ModuleSettings;
}

interface Described<T> {
  fallback: T;
  /** One clause for that table. */
  meaning: string;
}

/**
 * Reads a module's own variables as typed values, each with a default and what it means. What is wrong is
 * collected and reported together with the platform's. A variable belongs to one reader: one that another
 * module or the platform reads is refused.
 */
export class ModuleEnv {
  constructor(
    private readonly env: EnvReader,
    private readonly module: string,
    private readonly described: Map<string, DescribedVariable>,
  ) {}

  /** A whole number within its range. */
  integer(name: string, { meaning, ...range }: Described<number> & { min: number; max: number }): number {
    this.describe(name, range.fallback, meaning);
    return this.env.integer(name, range);
  }

  /** A number within its range. */
  decimal(name: string, { meaning, ...range }: Described<number> & { min: number; max: number }): number {
    this.describe(name, range.fallback, meaning);
    return this.env.decimal(name, range);
  }

  flag(name: string, { fallback, meaning }: Described<boolean>): boolean {
    this.describe(name, fallback, meaning);
    return this.env.flag(name, fallback);
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], { fallback, meaning }: Described<T>): T {
    this.describe(name, fallback, meaning);
    return this.env.oneOf(name, allowed, fallback);
  }

  /** An `http` or `https` URL; without a default it is undefined when unset. */
  url(name: string, { fallback, meaning }: Described<string | undefined>): string | undefined {
    this.describe(name, fallback, meaning);
    const text = this.env.text(name) ?? fallback;
    if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
    this.env.problem(
      name,
      `must be the URL of a service, such as https://mail.example.com. Correct it, or unset it for ${fallback ?? 'none'}.`,
    );
    return fallback;
  }

  /** A secret of at least 16 characters; undefined when unset. */
  secret(name: string, { meaning }: { meaning: string }): string | undefined {
    this.describe(name, undefined, meaning);
    return this.env.secret(name, 16);
  }

  /** Any text. */
  text(name: string, { fallback, meaning }: Described<string>): string {
    this.describe(name, fallback, meaning);
    return this.env.textOr(name, fallback);
  }

  /**
   * Says what is wrong with a variable that was read, as the end of a sentence that begins with its name.
   * Ends in a way out.
   */
  problem(name: string, text: string): void {
    this.env.problem(name, text);
  }

  private describe(name: string, fallback: string | number | boolean | undefined, meaning: string): void {
    const other = this.described.get(name)?.module ?? (this.env.reads.has(name) ? 'the platform' : undefined);
    if (other !== undefined) {
      throw new Error(
        `The module "${this.module}" reads the variable ${name}, and ${other === 'the platform' ? other : `the module "${other}"`} reads it already. A variable belongs to one of them: choose a name that begins with the module's.`,
      );
    }
    this.described.set(name, { name, module: this.module, fallback: String(fallback ?? 'none'), meaning });
  }
}

/**
 * Reads the settings of these modules, each once. The platform's own must have been read before, so that a
 * name which the platform reads can be refused. Problems stay with the reader; what was read comes by its
 * class.
 */
export function readModuleSettings(
  env: EnvReader,
  owners: readonly SettingsOwner[],
): { values: ReadonlyMap<ModuleSettings, object>; variables: DescribedVariable[] } {
  const described = new Map<string, DescribedVariable>();
  const values = new Map<ModuleSettings, object>();
  for (const { name, settings } of owners)
    if (settings) values.set(settings, new settings(new ModuleEnv(env, name, described)));
  return { values, variables: [...described.values()] };
}
