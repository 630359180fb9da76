import { type DataSource, type EntityManager, type EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

type Row = Record<string, unknown>;
type Constructor<T> = new () => T;

/** What each loaded object's row holds, so that only changed columns are written. */
const storedValues = new WeakMap<object, readonly unknown[]>();
const tables = new WeakMap<DataSource, Map<unknown, AggregateTable<object>>>();

/**
 * The statements for one mapped class, built once from its `EntitySchema`. Commands load and save one row by its key, about
 * thirty times for each order: TypeORM's query builder would spend more time on making that SQL than PostgreSQL on running it.
 */
export class AggregateTable<T extends object> {
  private readonly columns: readonly ColumnMetadata[];
  private readonly selectSql: string;
  private readonly insertSql: string;

  private constructor(
    private readonly type: Constructor<T>,
    private readonly metadata: EntityMetadata,
  ) {
    this.columns = metadata.columns;
    const names = this.columns.map(({ databaseName }) => quoted(databaseName));
    this.selectSql = `select ${names.join(', ')} from ${quoted(metadata.tableName)} where `;
    this.insertSql = `insert into ${quoted(metadata.tableName)} (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`;
  }

  static of<T extends object>(manager: EntityManager, type: Constructor<T>): AggregateTable<T> {
    const known = tables.get(manager.connection) ?? new Map<unknown, AggregateTable<object>>();
    tables.set(manager.connection, known);
    const table = known.get(type) ?? new AggregateTable<object>(type, manager.connection.getMetadata(type));
    known.set(type, table);
    return table as AggregateTable<T>;
  }

  /** The object whose property has a value; its row is locked until the transaction ends with `lock`. */
  async find(manager: EntityManager, property: string & keyof T, value: unknown, lock: boolean): Promise<T | null> {
    const column = this.columnOf(property);
    const sql = `${this.selectSql}${quoted(column.databaseName)} = $1${lock ? ' for update' : ''}`;
    const [row]: Row[] = await manager.query(sql, [value]);
    return row ? this.hydrate(manager, row) : null;
  }

  /** Inserts an object. False when `unlessThere` and a row with its key is there already. */
  async insert(manager: EntityManager, object: T, unlessThere: boolean): Promise<boolean> {
    const values = this.valuesOf(manager, object);
    const inserted: unknown[] = await manager.query(
      `${this.insertSql}${unlessThere ? ' on conflict do nothing returning 1' : ' returning 1'}`,
      values,
    );
    if (inserted.length > 0) storedValues.set(object, values);
    return inserted.length > 0;
  }

  /** Whether the object was loaded or inserted, and so has a row. */
  isStored(object: T): boolean {
    return storedValues.has(object);
  }

  /** Writes the columns that changed since the object was loaded. */
  async update(manager: EntityManager, object: T): Promise<void> {
    const values = this.valuesOf(manager, object);
    const stored = storedValues.get(object);
    const changed = this.columns
      .map((_, index) => index)
      .filter((index) => !this.columns[index].isPrimary && !sameValue(values[index], stored?.[index]));
    if (changed.length === 0) return;
    const keys = this.columns.map((_, index) => index).filter((index) => this.columns[index].isPrimary);
    const assignments = changed.map((index, place) => `${quoted(this.columns[index].databaseName)} = $${place + 1}`);
    const conditions = keys.map((index, place) => `${quoted(this.columns[index].databaseName)} = $${changed.length + place + 1}`);
    await manager.query(
      `update ${quoted(this.metadata.tableName)} set ${assignments.join(', ')} where ${conditions.join(' and ')}`,
      [...changed, ...keys].map((index) => values[index]),
    );
    storedValues.set(object, values);
  }

  private hydrate(manager: EntityManager, row: Row): T {
    const object = new this.type();
    for (const column of this.columns) {
      column.setEntityValue(object, manager.connection.driver.prepareHydratedValue(row[column.databaseName], column));
    }
    storedValues.set(object, this.valuesOf(manager, object));
    return object;
  }

  private valuesOf(manager: EntityManager, object: T): unknown[] {
    return this.columns.map((column) => manager.connection.driver.preparePersistentValue(column.getEntityValue(object), column) as unknown);
  }

  private columnOf(property: string): ColumnMetadata {
    const column = this.metadata.findColumnWithPropertyName(property);
    if (!column) throw new Error(`${this.metadata.name} maps no column to "${property}".`);
    return column;
  }
}

const quoted = (name: string): string => `"${name}"`;

function sameValue(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return a === b || ((a ?? null) === null && (b ?? null) === null);
}
