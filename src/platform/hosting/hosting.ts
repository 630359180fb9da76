import { SettingsError } from '../config/env-reader';
import type { HostingSettings } from '../config/settings';
import type { Standby } from '../config/standby';

/**
 * Which of the application's modules this process runs. An application knows one for as long as it lives;
 * inject it.
 */
export class Hosting {
  private readonly names: ReadonlySet<string>;

  constructor(
    /** The names of all bounded contexts of the root module, in its order. */
    readonly all: readonly string[],
    /** The names of those that run in this process, in the same order. */
    readonly hosted: readonly string[] = all,
    private readonly elsewhereNow: () => readonly Standby[] = () => [],
  ) {
    this.names = new Set(hosted);
  }

  /** Whether a module runs in this process. */
  hosts(module: string): boolean {
    return this.names.has(module);
  }

  /** The modules that this process takes up when they come, and where they are at the moment. */
  get standbys(): readonly Standby[] {
    return this.elsewhereNow();
  }

  /** The modules that run in other processes. */
  get elsewhere(): string[] {
    return this.all.filter((module) => !this.hosts(module));
  }
}

/**
 * Hosts what `MODULES` names, or all modules where it is not set. Throws a `SettingsError` that lists the
 * modules.
 */
export function hostingOf(all: readonly string[], { modules: wanted, standbys }: HostingSettings): Hosting {
  if (wanted === undefined) return new Hosting(all);
  const problems = [
    ...(wanted.length > 0 && wanted.every((name) => name === '')
      ? ['names no module']
      : wanted.includes('')
        ? ['has a comma without a module beside it']
        : []),
    ...distinct(wanted.filter((name) => name !== '' && !all.includes(name))).map(
      (name) => `names "${name}", which is no module`,
    ),
    ...distinct(wanted.filter((name, index) => name !== '' && wanted.indexOf(name) !== index)).map(
      (name) => `names "${name}" twice`,
    ),
  ];
  if (problems.length > 0) {
    const wayOut = `The modules are ${all.join(', ')}. Correct it, as in MODULES=${all.slice(0, 2).join(',')}, or unset it to host them all.`;
    throw new SettingsError(problems.map((problem) => `MODULES ${problem}. ${wayOut}`));
  }
  return new Hosting(
    all,
    all.filter((name) => wanted.includes(name)),
    standbys,
  );
}

const distinct = (names: readonly string[]): string[] => [...new Set(names)];
