/** Something in a module's schema that a migration can make, or a hand. */
export interface SchemaObject {
  readonly kind: string;
  /** Its identity among objects of its kind. */
  readonly name: string;
  readonly definition: string;
}

/** Maps roles' names, which differ between databases, to their purpose. */
export interface RoleNames {
  readonly owner: string;
  readonly role: string;
  readonly auditor: string;
}

/**
 * Everything in a schema but rows: $1 is its name, $2, $3 and $4 the owner of the schemas, the module's role
 * and the auditor. The schema must be the only one on the search path, so that texts do not name it. The
 * partitions of a log are data, and so are their rights.
 */
export const SCHEMA_OBJECTS = `
  with ns as (select oid from pg_namespace where nspname = $1),
  -- The history of migrations is written by who runs them.
  rel as (
    select c.* from pg_class c join ns on c.relnamespace = ns.oid
    where c.relname <> 'migrations' and not exists (
      select from pg_depend d join pg_class h on d.refclassid = 'pg_class'::regclass and d.refobjid = h.oid
      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i') and h.relnamespace = ns.oid and h.relname = 'migrations'
    )
  ),
  whole as (select * from rel where relkind in ('r', 'p', 'f') and not relispartition),
  routine as (
    select p.* from pg_proc p join ns on p.pronamespace = ns.oid
    where not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  ),
  granted as (
    select format('on %s', c.relname) as what, c.relowner as owner, c.relispartition as of_log,
           coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)) as acl
    from rel c where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select format('(%s) on %s', a.attname, c.relname), c.relowner, c.relispartition, a.attacl
    from rel c join pg_attribute a on a.attrelid = c.oid where a.attnum > 0 and not a.attisdropped and a.attacl is not null
    union all
    select format('on function %s', p.oid::regprocedure), p.proowner, false, coalesce(p.proacl, acldefault('f', p.proowner)) from routine p
    union all
    select format('on type %s', t.typname), t.typowner, false, t.typacl from pg_type t join ns on t.typnamespace = ns.oid where t.typacl is not null
    union all
    select 'on the schema', n.nspowner, false, coalesce(n.nspacl, acldefault('n', n.nspowner)) from pg_namespace n join ns using (oid)
    union all
    select format('on every new %s', case d.defaclobjtype when 'r' then 'table' when 'S' then 'sequence' when 'f' then 'function' when 'T' then 'type' else d.defaclobjtype::text end),
           d.defaclrole, false, d.defaclacl
    from pg_default_acl d join ns on d.defaclnamespace = ns.oid
  ),
  objects (kind, name, definition) as (
    select case relkind when 'f' then 'foreign table' else 'table' end, relname::text, concat_ws(' ', relpersistence, pg_get_partkeydef(oid)) from whole
    union all
    select case relkind when 'v' then 'view' else 'materialized view' end, relname::text, concat_ws(' ', pg_get_viewdef(oid), reloptions::text)
    from rel where relkind in ('v', 'm')
    union all
    select 'sequence', c.relname::text,
           concat_ws(' ', format_type(s.seqtypid, null), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
                     (select format('of %s %s', d.refobjid::regclass, d.refobjsubid) from pg_depend d
                      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')))
    from rel c join pg_sequence s on s.seqrelid = c.oid
    union all
    select 'column', format('%s.%s', c.relname, a.attname),
           concat_ws(' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end, pg_get_expr(d.adbin, d.adrelid),
                     nullif(a.attidentity, ''), nullif(a.attgenerated, ''), case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end)
    from whole c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped
    union all
    select 'settings of column', format('%s.%s', c.relname, a.attname), concat_ws(' ', a.attstorage, a.attcompression, a.attstattarget, a.attoptions::text)
    from whole c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
    where a.attnum > 0 and not a.attisdropped
      and (a.attstorage <> t.typstorage or a.attcompression <> '' or coalesce(a.attstattarget, -1) >= 0 or a.attoptions is not null)
    union all
    select 'storage parameters', c.relname::text, concat_ws(' ', c.reloptions::text, t.reloptions::text, s.spcname)
    from rel c left join pg_class t on t.oid = c.reltoastrelid left join pg_tablespace s on s.oid = c.reltablespace
    where c.relkind in ('r', 'p', 'f') and (c.reloptions is not null or t.reloptions is not null or s.oid is not null)
    union all
    select 'row security', relname::text, concat_ws(' ', relrowsecurity, relforcerowsecurity) from rel where relrowsecurity or relforcerowsecurity
    union all
    select 'index', i.relname::text, pg_get_indexdef(i.oid)
    from pg_index x join rel c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
    where not i.relispartition and not exists (select from pg_constraint k where k.conindid = i.oid and k.contype in ('p', 'u', 'x'))
    union all
    select 'constraint', format('%s on %s', k.conname, coalesce(c.relname::text, k.contypid::regtype::text)), pg_get_constraintdef(k.oid)
    from pg_constraint k join ns on k.connamespace = ns.oid left join rel c on c.oid = k.conrelid
    where k.contype <> 't' and k.conparentid = 0 and (k.conrelid = 0 or c.oid is not null) and not (coalesce(c.relispartition, false) and k.coninhcount > 0)
    union all
    select 'trigger', format('%s on %s', t.tgname, c.relname), concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
    from pg_trigger t join rel c on c.oid = t.tgrelid where not t.tgisinternal and t.tgparentid = 0
    union all
    select 'rule', format('%s on %s', r.rulename, c.relname), concat_ws(' ', pg_get_ruledef(r.oid), r.ev_enabled)
    from pg_rewrite r join rel c on c.oid = r.ev_class where r.rulename <> '_RETURN'
    union all
    select 'policy', format('%s on %s', p.polname, c.relname),
           concat_ws(' ', p.polcmd, p.polpermissive, (select string_agg(r.rolname, ',' order by r.rolname) from pg_roles r where r.oid = any (p.polroles)),
                     pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    from pg_policy p join rel c on c.oid = p.polrelid
    union all
    select 'statistics', s.stxname::text, pg_get_statisticsobjdef(s.oid) from pg_statistic_ext s join ns on s.stxnamespace = ns.oid
    union all
    select case prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end, oid::regprocedure::text,
           case when prokind = 'a' then '' else pg_get_functiondef(oid) end
    from routine
    union all
    select 'type', t.typname::text,
           concat_ws(' ', t.typtype, case t.typtype when 'd' then format_type(t.typbasetype, t.typtypmod) end, case when t.typnotnull then 'not null' end, t.typdefault,
                     (select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
                     (select string_agg(format('%s %s', a.attname, format_type(a.atttypid, a.atttypmod)), ',' order by a.attnum)
                      from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped))
    from pg_type t join ns on t.typnamespace = ns.oid left join pg_class c on c.oid = t.typrelid
    where t.typtype in ('e', 'd', 'r') or c.relkind = 'c'
    union all
    -- Operators, collations, extensions and whatever else a schema can hold.
    select i.type, i.identity, ''
    from pg_depend d join ns on d.refobjid = ns.oid cross join lateral pg_identify_object(d.classid, d.objid, d.objsubid) i
    where d.refclassid = 'pg_namespace'::regclass
      and d.classid not in ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass, 'pg_constraint'::regclass, 'pg_statistic_ext'::regclass, 'pg_default_acl'::regclass)
      and not exists (select from pg_depend e where e.classid = d.classid and e.objid = d.objid and e.deptype = 'e')
    union all
    select 'publication', format('%s of %s', p.pubname, c.relname), coalesce(pg_get_expr(r.prqual, r.prrelid), '')
    from pg_publication_rel r join pg_publication p on p.oid = r.prpubid join rel c on c.oid = r.prrelid where not starts_with(p.pubname, 'seamline_move_')
    union all
    select distinct 'view of another schema', v.oid::regclass::text, ''
    from pg_depend d join rel c on d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
    join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid join pg_class v on v.oid = r.ev_class
    where v.relnamespace <> c.relnamespace
    union all
    select 'right', format('%s %s to %s', lower(r.privilege_type), g.what,
             case when r.grantee = 0 then 'public' else case pg_get_userbyid(r.grantee) when $3 then 'the module' when $4 then 'the auditor' else pg_get_userbyid(r.grantee) end end),
           case when r.is_grantable then 'with grant option' else '' end
    from granted g cross join lateral aclexplode(g.acl) r
    where r.grantee <> g.owner and not (g.of_log and pg_get_userbyid(r.grantee) in ($2, $3, $4))
    union all
    select 'comment', format('on %s %s', i.type, i.identity), d.description
    from pg_description d cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) i
    where i.schema = $1 or d.classoid = 'pg_namespace'::regclass and d.objoid = (select oid from ns)
  )
  select kind, name, string_agg(definition, ' ' order by definition) as definition from objects group by kind, name order by kind, name`;
