import { escapeIdentifier, escapeLiteral } from 'pg';
import { AppModule } from '../app.module';
import type { Invariant } from '../platform/invariants';
import { type AggregateRows, aggregatesOf } from './aggregates';

const aggregates = aggregatesOf(AppModule);

/** Each aggregate counts its messages in `version`, in the transaction that writes them. */
export const logTellsEveryChange: Invariant = {
  sentence: `every aggregate is at the version of its last message in the log: ${aggregates.map(nameOf).join(', ')}`,
  sql: () => aggregates.map(select).join('\nunion all\n'),
};

function nameOf({ module, table, saga }: AggregateRows): string {
  return saga ?? `${module}.${table}`;
}

function select({ module, table, key, aggregateType, saga }: AggregateRows): string {
  const [schema, id, type] = [
    escapeIdentifier(module),
    `a.${escapeIdentifier(key)}`,
    escapeLiteral(aggregateType),
  ];
  return `
        select concat_ws(' ', ${type}, ${id}) as id,
               case when a.version <> coalesce(m.version, 0) then format('at version %s, and its log ends at %s', a.version, coalesce(m.version, 0)) end as problem
        from ${schema}.${escapeIdentifier(table)} a
        left join (select aggregateid, max(key_version) as version from ${schema}.outbox where aggregatetype = ${type} group by aggregateid) m
          on m.aggregateid = ${id}::text
        ${saga === undefined ? '' : `where a.saga = ${escapeLiteral(saga)}`}`;
}
