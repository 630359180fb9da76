import { createHmac } from 'node:crypto';

const MODULE = /^[a-z][a-z0-9-]{0,30}$/;

/**
 * The roles of one database. Roles are shared by all databases of a server, so their names begin with the
 * database's. A module's schema carries the module's name.
 */
export class Roles {
  /** Owns the schemas and everything in them; it cannot log in. Migrations run as it. */
  readonly owner: string;
  /** May read everything and change nothing: for checks from outside. */
  readonly auditor: string;

  constructor(readonly database: string) {
    this.owner = fitting(`${database}_owner`);
    this.auditor = fitting(`${database}_auditor`);
  }

  /** The role that a module logs in as: its own schema's data, and nothing else. */
  of(module: string): string {
    if (!MODULE.test(module) || ['owner', 'auditor', 'public'].includes(module)) {
      throw new Error(
        `"${module}" cannot be a module's name: use up to 31 lower-case letters, digits and dashes, and neither "owner", "auditor" nor "public".`,
      );
    }
    return fitting(`${this.database}_${module}`);
  }
}

/** The role's password: different for each role, derived and not stored. */
export const rolePassword = (secret: string, role: string): string =>
  createHmac('sha256', secret).update(role).digest('base64url');

/** The URL with another login. */
export function withLogin(url: string, role: string, password: string): string {
  const result = new URL(url);
  result.username = encodeURIComponent(role);
  result.password = encodeURIComponent(password);
  return result.href;
}

/** The URL with another database. */
export function withDatabase(url: string, database: string): string {
  const result = new URL(url);
  result.pathname = `/${encodeURIComponent(database)}`;
  return result.href;
}

export const databaseOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));

/** Where a URL leads, without the login: fit to be printed. */
export function targetNameOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || '5432'}${pathname}`;
}

function fitting(role: string): string {
  if (Buffer.byteLength(role) > 63)
    throw new Error(
      `The role name "${role}" is longer than the 63 bytes that PostgreSQL allows. Give the database a shorter name.`,
    );
  return role;
}
