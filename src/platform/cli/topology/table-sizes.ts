import type { DataSource } from 'typeorm';

/** A table of a module, with its indexes and, for the log, all its partitions. */
export interface TableSize {
  name: string;
  /** As the server's statistics have it: about right. */
  rows: number;
  bytes: number;
  /**
   * What a copy is a copy of, as its migration says in the table's comment (`A copy of ...`); null for all
   * other tables.
   */
  copyOf: string | null;
}

const SIZES = `
  select c.relname as name, sum(coalesce(s.n_live_tup, 0))::float8 as rows, sum(pg_total_relation_size(part.relid))::float8 as bytes,
    substring(obj_description(c.oid, 'pg_class') from '^A copy of (.*)') as "copyOf"
  from pg_class c
  cross join lateral (select c.oid as relid union select relid::oid from pg_partition_tree(c.oid)) part
  left join pg_stat_user_tables s on s.relid = part.relid
  where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  group by c.oid, c.relname order by bytes desc, name`;

/** The tables of the module that a data source belongs to, the largest first. */
export const tableSizes = (database: DataSource): Promise<TableSize[]> => database.query(SIZES);
