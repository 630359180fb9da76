import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the running process may do to each table of the platform, derived from its statements. `insert` and
 * `update` name the columns, or those that are left out; a table that is not here keeps what it has.
 */
const RIGHTS: Readonly<Record<string, { insert?: Columns; update?: Columns; delete?: true }>> = {
  // A row with a made-up transaction id or number would be in no window: no reader would ever see it.
  outbox: { insert: { but: ['xid', 'seq', 'created_at'] } },
  // Written by functions that run as the owner.
  log_head: {},
  ticks: {},
  log_identity: {},
  log_relay: { update: { but: ['singleton'] } },
  subscriptions: {
    insert: { but: ['paused', 'created_at'] },
    update: { but: ['subscription', 'created_at'] },
  },
  subscription_positions: {
    insert: { but: ['epoch', 'owner', 'leased_until', 'moved_at', 'stalled_since', 'stalled_by'] },
    update: { but: ['subscription', 'log', 'lane_group', 'first_lane', 'last_lane'] },
  },
  subscription_workers: { insert: { but: [] }, update: { but: ['worker'] }, delete: true },
  held_messages: {
    insert: { but: ['held_at'] },
    update: {
      but: ['subscription', 'log', 'subject', 'generation', 'tick', 'seq', 'lane', 'envelope', 'held_at'],
    },
    delete: true,
  },
  sagas: { insert: { but: [] }, update: { but: ['saga', 'id', 'facts', 'started_at'] } },
  idempotency_keys: { insert: { but: [] }, update: { but: ['key', 'route', 'caller'] }, delete: true },
  jobs: {
    insert: {
      but: [
        'attempts',
        'failures',
        'claim',
        'owner',
        'locked_until',
        'parked_at',
        'last_error',
        'created_at',
      ],
    },
    update: { but: ['type', 'idempotency_key', 'payload', 'headers', 'created_at'] },
    delete: true,
  },
  placement: {},
  moves: {},
  move_steps: {},
  migrations: {},
};

interface Columns {
  but: readonly string[];
}

/**
 * The running process may do what its statements need and nothing else. It takes ticks through a function
 * that runs as the owner, cannot choose the transaction, the number or the generation of a message, and
 * deletes only from its queues.
 */
export class NarrowRights implements MigrationInterface {
  name = 'NarrowRights0000000000024';

  async up(runner: QueryRunner): Promise<void> {
    await this.letFunctionsWrite(runner);
    await this.guardTheLog(runner);
    const role = await roleOf(runner);
    if (role === undefined) return;
    const isClosed = await this.isClosed(runner);
    for (const statement of await this.grants(runner, role)) await runner.query(statement);
    if (isClosed) await this.withhold(runner, role);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger ticks_only_where_the_module_lives on ticks;
      drop function refuse_ticks_elsewhere();
      drop policy everybody_reads on outbox;
      drop policy appends_to_the_current_generation on outbox;
      alter table outbox disable row level security;
      alter function take_tick() security invoker;
      alter function take_tick() reset search_path;
      grant execute on function take_tick() to public`);
    await runner.query(await replacedInBeginGeneration(runner, COLUMN_GRANTEES, TABLE_GRANTEES));
    const role = await roleOf(runner);
    if (role === undefined || (await this.isClosed(runner))) return;
    for (const { name } of await tables(runner)) {
      const read = ['placement', 'moves', 'move_steps', 'migrations'].includes(name);
      if (read) continue;
      if (name === 'outbox') await runner.query(`grant insert on outbox to ${role}`);
      else if (name === 'log_head') await runner.query(`grant insert, update on log_head to ${role}`);
      else if (name === 'ticks') await runner.query(`grant insert, delete on ticks to ${role}`);
      else await runner.query(`grant insert, update, delete on ${name} to ${role}`);
    }
    await runner.query(`grant usage, select on all sequences in schema ${await schemaOf(runner)} to ${role}`);
  }

  /**
   * Those that change the log: as its owner, with names that lead to this schema whatever their caller has
   * set.
   */
  private async letFunctionsWrite(runner: QueryRunner): Promise<void> {
    const schema = await schemaOf(runner);
    await runner.query(`
      alter function take_tick() security definer set search_path = ${schema}, pg_temp;
      revoke execute on function take_tick() from public`);
    await runner.query(`alter function begin_generation() set search_path = ${schema}, pg_temp`);
    await runner.query(`alter function server_mark() set search_path = ${schema}, pg_temp`);
    // The new partition's rights are taken from those who may append, which is said column by column from now
    // on.
    await runner.query(await replacedInBeginGeneration(runner, TABLE_GRANTEES, COLUMN_GRANTEES));
  }

  private async guardTheLog(runner: QueryRunner): Promise<void> {
    // First: a tick reads the log before it writes itself down, and must not meet this migration half way.
    await runner.query('lock table outbox in access exclusive mode');
    // A function of the owner's may write where the module does not live any more: who called it before the
    // fence went up waits for a lock in it and goes on. What it sees once it has the lock is what the fence
    // has left. The mover acts as the owner.
    await runner.query(`
      create function refuse_ticks_elsewhere() returns trigger language plpgsql as $function$
      begin
        if exists (select from placement where state in ('fenced', 'moved')) and not pg_has_role(session_user, current_user, 'member') then
          raise insufficient_privilege using message = 'permission denied: the module does not live in this database';
        end if;
        return null;
      end
      $function$`);
    await runner.query(
      'create trigger ticks_only_where_the_module_lives before insert on ticks for each statement execute function refuse_ticks_elsewhere()',
    );
    await runner.query(`
      alter table outbox enable row level security;
      create policy everybody_reads on outbox for select using (true);
      create policy appends_to_the_current_generation on outbox for insert with check (generation = (select h.generation from log_head h))`);
  }

  private async grants(runner: QueryRunner, role: string): Promise<string[]> {
    const found = await tables(runner);
    const statements = found.flatMap(({ name, columns }) => {
      const rights = RIGHTS[name];
      if (!rights) return [];
      const listed = ({ but }: Columns): string =>
        but.length === 0 ? '' : ` (${columns.filter((column) => !but.includes(column)).join(', ')})`;
      return [
        `revoke all on ${name} from ${role}`,
        `grant select on ${name} to ${role}`,
        ...(rights.insert ? [`grant insert${listed(rights.insert)} on ${name} to ${role}`] : []),
        ...(rights.update ? [`grant update${listed(rights.update)} on ${name} to ${role}`] : []),
        ...(rights.delete ? [`grant delete on ${name} to ${role}`] : []),
      ];
    });
    return [
      ...statements,
      `grant execute on function take_tick() to ${role}`,
      `revoke all on sequence outbox_seq_seq from ${role}`,
    ];
  }

  private async isClosed(runner: QueryRunner): Promise<boolean> {
    const [{ closed }] = (await runner.query(
      `select exists (select from placement where state in ('fenced', 'moved')) as closed`,
    )) as [{ closed: boolean }];
    return closed;
  }

  /** Where the module does not live, the rights to write are only noted, and come when it does. */
  private async withhold(runner: QueryRunner, role: string): Promise<void> {
    const rights = (await runner.query(
      `select r.privilege_type as privilege, o.kind, o.name, o.column, pg_get_userbyid(r.grantee)::text as grantee, r.is_grantable as grantable
       from (
         select 'table' as kind, c.relname::text as name, a.attname::text as "column", a.acl
         from pg_class c
         cross join lateral (
           select null::name as attname, c.relacl as acl
           union all
           select attname, attacl from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
         ) a
         where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
         union all
         select 'function', oid::regprocedure::text, null, proacl from pg_proc where pronamespace = current_schema()::regnamespace and proname = 'take_tick'
       ) o
       cross join lateral aclexplode(o.acl) r
       where r.grantee = to_regrole($1) and r.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'EXECUTE')`,
      [role],
    )) as { privilege: string; kind: string; name: string; column: string | null }[];
    for (const { privilege, kind, name, column } of rights) {
      await runner.query(
        `revoke ${privilege}${column === null ? '' : ` (${column})`} on ${kind} ${kind === 'table' ? `"${name}"` : name} from ${role}`,
      );
    }
    await runner.query(
      `update placement set withheld = coalesce((
         select jsonb_agg(r) from jsonb_array_elements(withheld) r
         where not (r ->> 'grantee' = $2 and r ->> 'kind' = 'table' and r ->> 'name' = any ($3)) and r ->> 'name' <> 'outbox_seq_seq'), '[]') || $1::jsonb`,
      [JSON.stringify(rights), role.replace(/^"|"$/g, ''), Object.keys(RIGHTS)],
    );
  }
}

const TABLE_GRANTEES = 'information_schema.role_table_grants';
const COLUMN_GRANTEES = 'information_schema.column_privileges';

/**
 * The statement that makes the function anew, reading grantees elsewhere; it changes nothing where a later
 * version does not read them.
 */
async function replacedInBeginGeneration(runner: QueryRunner, from: string, to: string): Promise<string> {
  const [{ definition }] = (await runner.query(
    `select pg_get_functiondef('begin_generation()'::regprocedure) as definition`,
  )) as [{ definition: string }];
  return definition
    .replace('string_agg(quote_ident(grantee)', 'string_agg(distinct quote_ident(grantee)')
    .replaceAll(from, to);
}

const tables = (runner: QueryRunner): Promise<{ name: string; columns: string[] }[]> =>
  runner.query(
    `select c.relname::text as name, array_agg(quote_ident(a.attname) order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and c.relname = any ($1)
     group by c.relname order by c.relname`,
    [Object.keys(RIGHTS)],
  ) as Promise<{ name: string; columns: string[] }[]>;

/** Quoted; undefined where no runtime role is set for this schema. */
async function roleOf(runner: QueryRunner): Promise<string | undefined> {
  const [{ role }] = (await runner.query(
    `select quote_ident(nullif(current_setting('seamline.runtime_role', true), '')) as role`,
  )) as [{ role: string | null }];
  return role ?? undefined;
}

async function schemaOf(runner: QueryRunner): Promise<string> {
  const [{ schema }] = (await runner.query('select quote_ident(current_schema()) as schema')) as [
    { schema: string },
  ];
  return schema;
}
