import { randomBytes } from 'node:crypto';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { withClient } from '../../src/platform/database/admin-client';
import type { ModuleConnection } from '../../src/platform/database/module-connection';
import { databaseOf, withDatabase } from '../../src/platform/database/roles';

/** All modules' tables side by side, wherever they are. */
export interface Books {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Makes a database that holds nothing itself: each module's schema in it shows that module's tables where
 * they are, as the auditor sees them (`postgres_fdw`). For invariants across modules that do not share a
 * database. Each place is seen at a moment of its own, so ask again before you believe in a finding.
 */
export async function openBooks(serverUrl: string, connections: readonly ModuleConnection[]): Promise<Books> {
  const name = `books_${randomBytes(6).toString('hex')}`;
  await withClient(serverUrl, 'test', (client) => client.query(`create database ${name}`));
  const url = withDatabase(serverUrl, name);
  const close = async (): Promise<void> => {
    await withClient(serverUrl, 'test', (client) =>
      client.query(`drop database if exists ${name} with (force)`),
    );
  };
  try {
    await withClient(url, 'test', (client) =>
      client.query(['create extension postgres_fdw', ...connections.map(shown)].join(';')),
    );
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function shown({ module, auditorUrl }: ModuleConnection): string {
  const { hostname, port, username, password } = new URL(auditorUrl);
  const options = (values: Record<string, string>): string =>
    Object.entries(values)
      .map(([option, value]) => `${option} ${escapeLiteral(value)}`)
      .join(', ');
  const schema = escapeIdentifier(module);
  return `
    create server ${schema} foreign data wrapper postgres_fdw options (${options({ host: hostname, port, dbname: databaseOf(auditorUrl), fetch_size: '1000' })});
    create user mapping for current_user server ${schema} options (${options({ user: decodeURIComponent(username), password: decodeURIComponent(password) })});
    create schema ${schema};
    import foreign schema ${schema} from server ${schema} into ${schema}`;
}
