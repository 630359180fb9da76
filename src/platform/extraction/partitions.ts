import { escapeIdentifier } from 'pg';
import { rowsOf, type Session } from '../placement/database-target';

interface Partition {
  name: string;
  parent: string;
  bound: string;
}

const PARTITIONS = `
  select c.relname::text as name, p.relname::text as parent, pg_get_expr(c.relpartbound, c.oid) as bound
  from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
  where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and c.relispartition order by c.relname`;

/**
 * Gives the partitioned tables of the target the partitions of the source: a log has one for each generation.
 * Those that the source does not have go, so call it on tables whose rows may go.
 */
export async function alignPartitions(source: Session, target: Session): Promise<void> {
  const wanted = await rowsOf<Partition>(source, PARTITIONS);
  const present = await rowsOf<Partition>(target, PARTITIONS);
  const among = (list: readonly Partition[], { name, bound }: Partition): boolean =>
    list.some((other) => other.name === name && other.bound === bound);
  for (const { name } of present.filter((partition) => !among(wanted, partition)))
    await target.client.query(`drop table ${escapeIdentifier(name)}`);
  for (const { name, parent, bound } of wanted.filter((partition) => !among(present, partition))) {
    await target.client.query(
      `create table ${escapeIdentifier(name)} partition of ${escapeIdentifier(parent)} ${bound}`,
    );
    // Default privileges give too much: partitions are read and written through their parent.
    await target.client.query(
      `revoke all on ${escapeIdentifier(name)} from ${escapeIdentifier(target.database.roles.of(target.module))}`,
    );
  }
}
