import { table } from '../../cli/table';
import type { CallsAcross } from './calls-across';
import { type CopyMethod, obstaclesToReplication } from '../copy/copy-method';
import {
  nameOf,
  type DatabaseTarget,
  rowsOf,
  type Session,
  withServerOf,
  withSession,
} from '../../placement/database-target';
import { type MoveEndpoints, findingsOf } from './refusals';
import { tablesOf } from '../database/tables';

/** What a move would do, as far as it is known beforehand. */
export interface Plan {
  module: string;
  source: string;
  target: string;
  /** Why it cannot work; the rest is unknown then. */
  refusals: string[];
  /** How the rows are copied, and what keeps it from being by replication. */
  copy?: { method: CopyMethod; because: string[] };
  tables: { table: string; rows: number; bytes: number }[];
  /** Sessions of the module's processes in the old place: they are shut out. */
  sessions: number;
  /** What will be slower or can fail once a network is between the modules. */
  warnings: string[];
}

/** Looks at both ends. Changes nothing. */
export async function planOf(ends: MoveEndpoints, across: CallsAcross): Promise<Plan> {
  const findings = await findingsOf(ends);
  const refusals = [...findings.refusals, ...across.refusals];
  const plan = {
    module: ends.module,
    source: nameOf(ends.source),
    target: nameOf(ends.target),
    refusals,
    warnings: [...across.warnings, ...findings.warnings],
  };
  if (refusals.length > 0) return { ...plan, tables: [], sessions: 0 };
  plan.warnings.push(...(await olderServer(ends)));
  const copy = await copyOf(ends);
  return withSession(ends.source, ends.module, async (from) => ({
    ...plan,
    copy,
    tables: await sizesOf(from),
    sessions: await sessionsOf(from),
  }));
}

async function copyOf(ends: MoveEndpoints): Promise<Plan['copy']> {
  const because = ends.copy === 'snapshot' ? ['--copy snapshot'] : await obstaclesToReplication(ends);
  return { method: because.length > 0 ? 'snapshot' : 'replication', because };
}

/** The rows get there, and what the new server does not know yet is not used; but not many try this way. */
async function olderServer({ module, source, target }: MoveEndpoints): Promise<string[]> {
  const versionOf = (place: DatabaseTarget): Promise<number> =>
    withServerOf(place, `check ${module}`, async (client) => {
      const { rows } = await client.query<{ major: number }>(
        `select current_setting('server_version_num')::int / 10000 as major`,
      );
      return rows[0].major;
    });
  const [old, fresh] = [await versionOf(source), await versionOf(target)];
  return fresh < old
    ? [
        `${nameOf(target)} is PostgreSQL ${fresh}, and ${nameOf(source)} is ${old}: an older server than before`,
      ]
    : [];
}

/** As the server's statistics have it: about right. */
async function sizesOf(from: Session): Promise<Plan['tables']> {
  const names = (await tablesOf(from)).map(({ name }) => name);
  return rowsOf(
    from,
    `select t.name as table, sum(coalesce(s.n_live_tup, 0))::float8 as rows, sum(pg_table_size(part.relid))::float8 as bytes
     from unnest($1::text[]) as t (name)
     cross join lateral (select to_regclass(quote_ident(t.name))::oid as relid union select relid::oid from pg_partition_tree(to_regclass(quote_ident(t.name)))) part
     left join pg_stat_all_tables s on s.relid = part.relid
     group by t.name order by bytes desc, t.name`,
    [names],
  );
}

async function sessionsOf(from: Session): Promise<number> {
  const [{ sessions }] = await rowsOf<{ sessions: number }>(
    from,
    'select count(*)::int as sessions from pg_stat_activity where datname = current_database() and usename = $1',
    [from.database.roles.of(from.module)],
  );
  return sessions;
}

const KILOBYTE = 1_024;

/** The plan for people. */
export function planPage(plan: Plan): string[] {
  const { module, source, target, refusals, warnings } = plan;
  return [
    `${module}: ${source} -> ${target}`,
    '',
    ...(refusals.length > 0
      ? ['What stands in the way:', ...refusals.map((refusal) => `  - ${refusal}`)]
      : stepsPage(plan)),
    ...(warnings.length > 0 ? ['', 'Mind:', ...warnings.map((warning) => `  - ${warning}`)] : []),
  ];
}

const stepsPage = ({ source, target, copy, tables, sessions }: Plan): string[] => {
  const sizes = table(
    ['TABLE', 'ROWS', 'KB'],
    tables.map((size) => [size.table, size.rows, Math.ceil(size.bytes / KILOBYTE)]),
  ).map((line) => `                        ${line}`);
  const beforehand = copy?.method === 'replication';
  return [
    `  1. prepare          roles, schema and migrations in ${target}`,
    `  2. stand by         waits for a process in ${target}, if running ones are to let the module go`,
    ...(beforehand
      ? [
          '  3. copy beforehand  by logical replication, while the module goes on, these tables, about:',
          ...sizes,
        ]
      : [
          '  3. copy beforehand  nothing:',
          ...(copy?.because ?? []).map((line) => `                        - ${line}`),
        ]),
    `  4. let go           processes with a broker let the module go in ${source}; requests wait from here on`,
    `  5. fence            nothing is written to the module in ${source} from here on (sessions now: ${sessions})`,
    '  6. last tick        everything in the log gets its place',
    ...(beforehand
      ? ['  7. copy             the last changes']
      : ['  7. copy             these tables, about:', ...sizes]),
    `  8. new generation   of the log, in ${target}`,
    '  9. reconcile        rows, checksums, positions and versions; stops when anything differs',
    ` 10. switch           ${target} is where the module lives; --rollback undoes everything up to here`,
    '',
    `The copy in ${source} stays, read-only, until --finish.`,
  ];
};
