import { type DataSource, type EntityManager, type EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { BatchWriter } from './unit-of-work';

type Row = Record<string, unknown>;
type Constructor<T> = new () => T;

/** What each loaded object's row holds, so that only changed columns are written. */
const storedValues = new WeakMap<object, readonly unknown[]>();
const tables = new WeakMap<DataSource, Map<unknown, AggregateTable<object>>>();

/**
 * The statements for one mapped class, built once from its `EntitySchema`, each for any number of rows.
 * TypeORM's query builder would spend more time on making that SQL than PostgreSQL on running it.
 */
export class AggregateTable<T extends object> implements BatchWriter<T> {
  private readonly columns: readonly ColumnMetadata[];
  private readonly names: readonly string[];
  private readonly name: string;

  private constructor(
    private readonly type: Constructor<T>,
    private readonly metadata: EntityMetadata,
  ) {
    this.columns = metadata.columns;
    this.names = this.columns.map(({ databaseName }) => quoted(databaseName));
    this.name = quoted(metadata.tableName);
  }

  static of<T extends object>(manager: EntityManager, type: Constructor<T>): AggregateTable<T> {
    const known = tables.get(manager.connection) ?? new Map<unknown, AggregateTable<object>>();
    tables.set(manager.connection, known);
    const table = known.get(type) ?? new AggregateTable<object>(type, manager.connection.getMetadata(type));
    known.set(type, table);
    return table as AggregateTable<T>;
  }

  /** The object whose property has a value. */
  async find(manager: EntityManager, property: string & keyof T, value: unknown): Promise<T | null> {
    const [row]: Row[] = await manager.query(
      `select ${this.names.join(', ')} from ${this.name} where ${this.columnOf(property)} = $1`,
      [value],
    );
    return row ? this.hydrate(manager, row) : null;
  }

  /**
   * The objects whose property has one of the values; their rows are locked, in that property's order, until
   * the transaction ends.
   */
  async lock(manager: EntityManager, property: string & keyof T, values: readonly unknown[]): Promise<T[]> {
    const column = this.columnOf(property);
    const rows: Row[] = await manager.query(
      `select ${this.names.join(', ')} from ${this.name} where ${column} = any ($1) order by ${column} for update`,
      [values],
    );
    return rows.map((row) => this.hydrate(manager, row));
  }

  /** Inserts an object. False when a row with its key is there already. */
  async insertUnlessThere(manager: EntityManager, object: T): Promise<boolean> {
    const values = this.valuesOf(manager, object);
    const inserted: unknown[] = await manager.query(`${this.insertSql} on conflict do nothing returning 1`, [
      this.toJson([values]),
    ]);
    if (inserted.length > 0) storedValues.set(object, values);
    return inserted.length > 0;
  }

  /**
   * Inserts the objects that have no row yet, and writes the columns that changed of the others since they
   * were loaded.
   */
  async write(manager: EntityManager, objects: readonly T[]): Promise<void> {
    const added: unknown[][] = [];
    const changed: unknown[][] = [];
    const columns = new Set<number>();
    for (const object of new Set(objects)) {
      const values = this.valuesOf(manager, object);
      const stored = storedValues.get(object);
      storedValues.set(object, values);
      if (!stored) added.push(values);
      else if (this.noteChanges(values, stored, columns)) changed.push(values);
    }
    if (added.length > 0) await manager.query(this.insertSql, [this.toJson(added)]);
    if (changed.length > 0) await this.update(manager, changed, columns);
  }

  private noteChanges(values: readonly unknown[], stored: readonly unknown[], changed: Set<number>): boolean {
    let differs = false;
    this.columns.forEach((column, index) => {
      if (column.isPrimary || sameValue(values[index], stored[index])) return;
      changed.add(index);
      differs = true;
    });
    return differs;
  }

  private async update(
    manager: EntityManager,
    rows: readonly unknown[][],
    columns: ReadonlySet<number>,
  ): Promise<void> {
    const changing = this.names.filter((_, index) => columns.has(index));
    const keys = this.names.filter((_, index) => this.columns[index].isPrimary);
    const [, count]: [unknown, number] = await manager.query(
      `update ${this.name} as present set ${changing.map((name) => `${name} = next.${name}`).join(', ')}
       from json_populate_recordset(null::${this.name}, $1::json) next
       where ${keys.map((name) => `present.${name} = next.${name}`).join(' and ')}`,
      [this.toJson(rows, (index) => columns.has(index) || this.columns[index].isPrimary)],
    );
    if (count !== rows.length)
      throw new Error(
        `${rows.length} rows of ${this.name} should have changed, but only ${count} of them are there.`,
      );
  }

  private get insertSql(): string {
    const names = this.names.join(', ');
    return `insert into ${this.name} (${names}) select ${names} from json_populate_recordset(null::${this.name}, $1::json)`;
  }

  /** The rows as a JSON text. Values of jsonb columns are JSON texts already and go in as they are. */
  private toJson(rows: readonly unknown[][], has: (column: number) => boolean = () => true): string {
    const fields = this.columns.flatMap(({ databaseName, type }, index) =>
      has(index)
        ? [{ index, name: JSON.stringify(databaseName), isJson: type === 'jsonb' || type === 'json' }]
        : [],
    );
    const texts = rows.map((row) =>
      fields
        .map(
          ({ index, name, isJson }) =>
            `${name}:${isJson ? ((row[index] as string | null) ?? 'null') : JSON.stringify(row[index] ?? null)}`,
        )
        .join(','),
    );
    return `[${texts.map((text) => `{${text}}`).join(',')}]`;
  }

  private hydrate(manager: EntityManager, row: Row): T {
    const object = new this.type();
    for (const column of this.columns) {
      column.setEntityValue(
        object,
        manager.connection.driver.prepareHydratedValue(row[column.databaseName], column),
      );
    }
    storedValues.set(object, this.valuesOf(manager, object));
    return object;
  }

  private valuesOf(manager: EntityManager, object: T): unknown[] {
    return this.columns.map(
      (column) =>
        manager.connection.driver.preparePersistentValue(column.getEntityValue(object), column) as unknown,
    );
  }

  private columnOf(property: string): string {
    const column = this.metadata.findColumnWithPropertyName(property);
    if (!column) throw new Error(`${this.metadata.name} maps no column to "${property}".`);
    return quoted(column.databaseName);
  }
}

const quoted = (name: string): string => `"${name}"`;

function sameValue(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return a === b || ((a ?? null) === null && (b ?? null) === null);
}
