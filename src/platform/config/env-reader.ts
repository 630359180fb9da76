export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What is wrong with the environment: every problem at once, each with its way out, never a value that may be
 * secret.
 */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `The settings in the environment cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.name = 'SettingsError';
  }
}

/**
 * Reads variables as typed values and collects what is wrong instead of stopping at the first. An empty
 * variable counts as unset.
 */
export class EnvReader {
  readonly problems: string[] = [];
  /** The variables that were asked for. */
  readonly reads = new Set<string>();

  constructor(private readonly env: Environment) {}

  text(name: string): string | undefined {
    this.reads.add(name);
    return this.env[name]?.trim() || undefined;
  }

  textOr(name: string, fallback: string): string {
    return this.text(name) ?? fallback;
  }

  /**
   * Names between commas; undefined only when the variable is not set at all. A missing name is an empty one,
   * for the caller to judge.
   */
  names(name: string): string[] | undefined {
    this.reads.add(name);
    return this.env[name]?.split(',').map((part) => part.trim());
  }

  integer(name: string, range: { min: number; max: number; fallback: number }): number {
    return this.number(name, range, 'a whole number', Number.isSafeInteger);
  }

  decimal(name: string, range: { min: number; max: number; fallback: number }): number {
    return this.number(name, range, 'a number', Number.isFinite);
  }

  flag(name: string, fallback: boolean): boolean {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return fallback;
    if (['true', '1', 'yes', 'on'].includes(text)) return true;
    if (['false', '0', 'no', 'off'].includes(text)) return false;
    this.problem(name, `must be true or false. Correct it, or unset it for ${fallback}.`);
    return fallback;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const found = allowed.find((value) => value === text);
    if (!found)
      this.problem(name, `must be one of ${allowed.join(', ')}. Correct it, or unset it for ${fallback}.`);
    return found ?? fallback;
  }

  /** A secret of at least `minLength` characters. */
  secret(name: string, minLength: number): string | undefined {
    const text = this.text(name);
    if (text !== undefined && text.length < minLength) {
      this.problem(
        name,
        `must be a secret of at least ${minLength} characters. Make one with: openssl rand -hex 32`,
      );
    }
    return text;
  }

  postgresUrl(name: string): string | undefined {
    const text = this.text(name);
    if (text !== undefined && !isPostgresUrl(text)) this.problem(name, POSTGRES_URL_HINT);
    return text;
  }

  problem(name: string, text: string): void {
    this.problems.push(`${name} ${text}`);
  }

  /** Throws when anything was wrong. */
  finish(): void {
    if (this.problems.length > 0) throw new SettingsError(this.problems);
  }

  private number(
    name: string,
    range: { min: number; max: number; fallback: number },
    kind: string,
    fits: (value: number) => boolean,
  ): number {
    const text = this.text(name);
    if (text === undefined) return range.fallback;
    const value = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (fits(value) && value >= range.min && value <= range.max) return value;
    this.problem(
      name,
      `must be ${kind} from ${range.min} to ${range.max}. Correct it, or unset it for ${range.fallback}.`,
    );
    return range.fallback;
  }
}

/** The end of a sentence that begins with the variable's name. */
export const POSTGRES_URL_HINT =
  'must be a PostgreSQL URL with a database name, such as postgres://db.example.com:5432/seamline.';

/** True for `postgres://host[:port]/database`. */
export function isPostgresUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    ['postgres:', 'postgresql:'].includes(url.protocol) &&
    url.hostname !== '' &&
    url.pathname.length > 1
  );
}
