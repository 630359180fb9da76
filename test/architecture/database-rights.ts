import { type Client, escapeIdentifier } from 'pg';
import { withClient } from '../../src/platform/database/admin-client';
import type { Clone } from '../support/database';

interface Table {
  schema: string;
  name: string;
  column: string;
}

const PERMISSION_DENIED = '42501';

/**
 * Tries everything that one module could do to another's data, as the module's own role, and reports what was
 * not refused.
 */
export async function findForeignRights({
  adminUrl,
  connections,
  roles,
}: Pick<Clone, 'adminUrl' | 'connections' | 'roles'>): Promise<string[]> {
  const tables = await listTables(adminUrl);
  const findings: string[] = [];
  for (const { module, url } of connections) {
    await withClient(url, 'rights test', async (client) => {
      for (const { module: other } of connections.filter((connection) => connection.module !== module)) {
        const schema = escapeIdentifier(other);
        const attempts = [
          ...tables.filter((table) => table.schema === other).flatMap(statementsFor),
          {
            right: `CREATE in ${other}`,
            sql: `create table ${schema}.planted_by_${module.replaceAll('-', '_')} (id int)`,
          },
        ];
        for (const { right, sql } of attempts) {
          if (!(await isDenied(client, sql))) findings.push(`${roles.of(module)} has ${right}`);
        }
        const { rows } = await client.query<{ usage: boolean }>(
          `select has_schema_privilege($1, 'usage') as usage`,
          [other],
        );
        if (rows[0].usage) findings.push(`${roles.of(module)} has USAGE on ${other}`);
      }
    });
  }
  return findings;
}

/** True when the statement is refused for want of a right, and for no other reason. */
export async function isDenied(client: Client, sql: string): Promise<boolean> {
  try {
    await client.query(sql);
    return false;
  } catch (error) {
    return (error as { code?: string }).code === PERMISSION_DENIED;
  }
}

function statementsFor({ schema, name, column }: Table): { right: string; sql: string }[] {
  const table = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
  return [
    { right: `SELECT on ${schema}.${name}`, sql: `select from ${table} limit 1` },
    { right: `INSERT on ${schema}.${name}`, sql: `insert into ${table} default values` },
    {
      right: `UPDATE on ${schema}.${name}`,
      sql: `update ${table} set ${escapeIdentifier(column)} = default where false`,
    },
    { right: `DELETE on ${schema}.${name}`, sql: `delete from ${table} where false` },
  ];
}

/** Every table of every schema, with one column that may be written. */
export const listTables = (adminUrl: string): Promise<Table[]> =>
  withClient(adminUrl, 'rights test', async (client) => {
    const { rows } = await client.query<Table>(`
      select n.nspname as schema, c.relname as name,
             (select attname from pg_attribute a where a.attrelid = c.oid and attnum > 0 and not attisdropped order by attnum limit 1) as "column"
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
      order by 1, 2`);
    return rows;
  });
