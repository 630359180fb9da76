import { escapeIdentifier } from 'pg';
import { rowsOf, type Session } from './database-target';

/**
 * One right to write, or to call a function that writes as its owner, that another role than the owner has.
 */
interface Right {
  privilege: string;
  kind: 'table' | 'sequence' | 'function';
  /** Of a function, with its arguments and quoted as it has to be. */
  name: string;
  /** Null when it is about the whole table. */
  column: string | null;
  /** Null for `public`. */
  grantee: string | null;
  grantable: boolean;
}

interface FoundRight extends Right {
  grantor: string;
}

/**
 * The function that writes to the log as its owner. A call from before the right was withheld is stopped by a
 * trigger of the table that it writes to.
 */
export const TICKS = 'take_tick';

/** `current_schema()` is the module's. An absent list of rights means: the owner's only. */
const RIGHTS_TO_WRITE = `
  select r.privilege_type as privilege, o.kind, o.name, o.column, case r.grantee when 0 then null else pg_get_userbyid(r.grantee)::text end as grantee, r.is_grantable as grantable,
         pg_get_userbyid(r.grantor)::text as grantor
  from (
    select case c.relkind when 'S' then 'sequence' else 'table' end as kind, c.relname::text as name, a.attname::text as "column", a.acl, c.relowner as owner
    from pg_class c
    cross join lateral (
      select null::name as attname, c.relacl as acl
      union all
      select attname, attacl from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
    ) a
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'f', 'S')
    union all
    select 'function', p.oid::regprocedure::text, null, coalesce(p.proacl, acldefault('f', p.proowner)), p.proowner
    from pg_proc p where p.pronamespace = current_schema()::regnamespace and p.proname = '${TICKS}'
  ) o
  cross join lateral aclexplode(o.acl) r
  where r.grantee <> o.owner and r.privilege_type = any (
    case o.kind when 'sequence' then array['USAGE', 'UPDATE'] when 'function' then array['EXECUTE'] else array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'] end)
  order by o.name, o.column nulls first, r.privilege_type, r.grantee`;

/**
 * Revokes from every role but the owner the right to write to the module's tables, and notes it in
 * `placement`. In the caller's transaction.
 */
export async function withholdRights(session: Session): Promise<void> {
  const [problem] = await rightsOutOfReach(session);
  if (problem) throw new Error(problem);
  const rights = (await rowsOf<FoundRight>(session, RIGHTS_TO_WRITE)).map(
    ({ grantor: _, ...right }) => right,
  );
  await all(
    session,
    rights.map((right) => `revoke ${whatOf(right)} from ${whoOf(right)}`),
  );
  await session.client.query('update placement set withheld = withheld || $1::jsonb', [
    JSON.stringify(rights),
  ]);
}

/**
 * Rights to write that the owner of the schema has not given, and cannot take away: what they are and the way
 * out.
 */
export async function rightsOutOfReach(session: Session): Promise<string[]> {
  const rights = await rowsOf<FoundRight>(session, RIGHTS_TO_WRITE);
  return rights
    .filter(({ grantor }) => grantor !== session.database.roles.owner)
    .map(
      ({ privilege, name, grantee, grantor }) =>
        `The right ${privilege} on ${session.module}.${name} was given to ${grantee ?? 'public'} by ${grantor} and not by ${session.database.roles.owner}, ` +
        `so it cannot be withheld while the module moves. As ${grantor}: revoke it, or make ${session.database.roles.owner} the owner.`,
    );
}

/** Gives back exactly what was withheld, but for what no longer exists. In the caller's transaction. */
export async function restoreRights(session: Session): Promise<void> {
  const rights = await rowsOf<Right>(
    session,
    `select r.* from placement p
     cross join lateral jsonb_to_recordset(p.withheld) as r (privilege text, kind text, name text, "column" text, grantee text, grantable boolean)
     where case r.kind when 'function' then to_regprocedure(r.name) is not null else to_regclass(quote_ident(r.name)) is not null end and (r.grantee is null or to_regrole(quote_ident(r.grantee)) is not null)`,
  );
  await all(
    session,
    rights.map(
      (right) => `grant ${whatOf(right)} to ${whoOf(right)}${right.grantable ? ' with grant option' : ''}`,
    ),
  );
  await session.client.query(`update placement set withheld = '[]'`);
}

/** More than a hundred statements, at once: requests wait for them. */
async function all({ client }: Session, statements: readonly string[]): Promise<void> {
  if (statements.length > 0) await client.query(statements.join(';\n'));
}

const whatOf = ({ privilege, kind, name, column }: Right): string =>
  `${privilege}${column === null ? '' : ` (${escapeIdentifier(column)})`} on ${kind} ${kind === 'function' ? name : escapeIdentifier(name)}`;

const whoOf = ({ grantee }: Right): string => (grantee === null ? 'public' : escapeIdentifier(grantee));
