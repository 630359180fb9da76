import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client } from 'pg';
import { MIGRATIONS } from '../support/modules';

/** What a role may do to one thing, a line each: `select`, `insert (a, b)`, `update` for all columns. */
export type Rights = Readonly<Record<string, readonly string[]>>;

/**
 * What the running process may do to each of the platform's tables in its module's schema: what its
 * statements need, and nothing else.
 */
const OF_PLATFORM_TABLES: Rights = {
  outbox: [
    'select',
    'insert (aggregateid, aggregatetype, generation, headers, id, key_version, kind, lane, payload, type, version)',
  ],
  log_head: ['select'],
  // Read and filled by a function that runs as the owner.
  server_mark: [],
  ticks: ['select'],
  log_identity: ['select'],
  log_relay: ['select', 'update (epoch, generation, leased_until, moved_at, owner, seq, tick)'],
  subscriptions: ['select', 'insert (subscription)', 'update (paused)'],
  subscription_positions: [
    'select',
    'insert (first_lane, generation, lane_group, last_lane, log, seq, subscription, tick)',
    'update (epoch, generation, leased_until, moved_at, owner, seq, stalled_by, stalled_since, tick)',
  ],
  subscription_workers: ['select', 'insert', 'update (alive_until)', 'delete'],
  deferred_messages: [
    'select',
    'insert (attempts, envelope, error, failing_since, generation, key, lane, log, retry_at, seq, state, subscription, tick, transient_failures, wants_version)',
    'update (attempts, error, failing_since, retry_at, state, transient_failures, wants_version)',
    'delete',
  ],
  sagas: [
    'select',
    'insert',
    'update (changed_at, deadline_at, final, outcome, reason, state, steps, version)',
  ],
  saga_deadline_failures: ['select', 'insert', 'update', 'delete'],
  idempotency_keys: ['select', 'insert', 'update (answer, created_at, fingerprint)', 'delete'],
  jobs: [
    'select',
    'insert (failing_since, headers, idempotency_key, payload, run_at, transient_failures, type)',
    'update (attempts, claim, failing_since, failures, last_error, locked_until, owner, parked_at, run_at, transient_failures)',
    'delete',
  ],
  placement: ['select'],
  moves: ['select'],
  move_steps: ['select'],
  migrations: ['select'],
};

/** What comes by itself with a table that a module makes. */
const CHANGED = ['select', 'insert', 'update'];

/** Tables of modules that may less than that: those that only grow. */
const GROWING: Readonly<Record<string, Rights>> = {
  inventory: { item_copies: ['select', 'insert'] },
  orders: { order_returns: ['select', 'insert'] },
};

/**
 * What a module may do to a table of its own: rows are deleted where one of its migrations says so, and
 * nowhere else.
 */
function rightsOfOwn(module: string, table: string): readonly string[] {
  const deletes = new RegExp(`grant delete on ${table} to\\b`, 'i');
  const granted = migrationSources(module).some((source) => deletes.test(source));
  return GROWING[module]?.[table] ?? (granted ? [...CHANGED, 'delete'] : CHANGED);
}

function migrationSources(module: string): string[] {
  const folder = join(MIGRATIONS, module);
  return (existsSync(folder) ? readdirSync(folder) : []).map((file) =>
    readFileSync(join(folder, file), 'utf8'),
  );
}

/** The functions of a module's schema that its process calls and that run as their owner. */
export const OWNERS_FUNCTIONS = ['take_tick()'];

/** Runs as the owner, for every role, and adds the one row of its table where that is missing. */
const FOR_EVERYBODY = ['server_mark()'];

/**
 * What is listed of the platform's tables, and what follows for those of the module itself, of tables that
 * are there.
 */
export const listedFor = (module: string, present: object): Rights =>
  Object.fromEntries(
    Object.keys(present).map((name) => [name, OF_PLATFORM_TABLES[name] ?? rightsOfOwn(module, name)]),
  );

/** Tables that are in every schema, and so the platform's, and are not listed. */
export function unlistedPlatformTables(schemas: readonly object[]): string[] {
  const [first = {}, ...others] = schemas;
  return Object.keys(first).filter(
    (name) => !(name in OF_PLATFORM_TABLES) && others.every((schema) => name in schema),
  );
}

/**
 * Everything that a role may do to the tables of a schema, as the server sees it: partitions and views, too.
 */
export async function rightsOnTables(
  client: Client,
  role: string,
  schema: string,
): Promise<Record<string, string[]>> {
  const { rows } = await client.query<{
    name: string;
    privilege: string;
    whole: boolean;
    columns: string[] | null;
  }>(
    `select c.relname::text as name, lower(p) as privilege, has_table_privilege($1, c.oid, p) as whole,
            case when p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') then
              (select array_agg(a.attname::text order by a.attname::text) from pg_attribute a
               where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and has_column_privilege($1, c.oid, a.attnum, p)) end as columns
     from pg_class c cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) with ordinality as u (p, n)
     where c.relnamespace = to_regnamespace(quote_ident($2)) and c.relkind in ('r', 'p', 'v', 'm', 'f')
     order by c.relname, n`,
    [role, schema],
  );
  const rights: Record<string, string[]> = {};
  for (const { name, privilege, whole, columns } of rows) {
    rights[name] ??= [];
    if (whole) rights[name].push(privilege);
    else if (columns) rights[name].push(`${privilege} (${columns.join(', ')})`);
  }
  return rights;
}

/** The functions of a schema that run as their owner and that a role may call. */
export async function ownersFunctions(client: Client, role: string, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%s(%s)', proname, oidvectortypes(proargtypes)) as name from pg_proc
     where pronamespace = to_regnamespace(quote_ident($2)) and prosecdef and has_function_privilege($1, oid, 'execute') order by 1`,
    [role, schema],
  );
  return rows.map(({ name }) => name).filter((name) => !FOR_EVERYBODY.includes(name));
}

/** What a role may do outside of schemas of modules, and need not. */
export async function rightsElsewhere(client: Client, role: string): Promise<string[]> {
  const { rows } = await client.query<{ finding: string }>(
    `select format('CREATE in %s', nspname) as finding from pg_namespace where has_schema_privilege($1, oid, 'create')
     union all
     select format('%s on database', p) from unnest(array['CREATE', 'TEMPORARY']) p where has_database_privilege($1, current_database(), p)
     union all
     select format('USAGE of language %s', lanname) from pg_language where lanpltrusted and has_language_privilege($1, oid, 'usage')
     union all
     select format('EXECUTE on %s', oid::regprocedure) from pg_proc
     where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^lo_?(creat|create|from_bytea|import|open|write|put|truncate|truncate64|unlink|export)$'
       and has_function_privilege($1, oid, 'execute')
     union all
     select format('%s on sequence %s', p, c.oid::regclass) from pg_class c cross join unnest(array['USAGE', 'UPDATE']) p
     where c.relkind = 'S' and c.relname = 'outbox_seq_seq' and has_sequence_privilege($1, c.oid, p)
     union all
     select format('membership of %s', r.rolname) from pg_roles r where r.rolname <> $1 and pg_has_role($1, r.oid, 'member')
     order by 1`,
    [role],
  );
  return rows.map(({ finding }) => finding);
}
