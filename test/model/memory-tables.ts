import type { EntityManager } from 'typeorm';
import { AggregateTable } from '../../src/platform/unit-of-work/aggregate-table';

/** A table in memory. Rows must be replaced, not changed. */
export type Rows<Row extends object> = Map<string, Row>;

/** Answers a statement with what the driver would hand out. */
type Answer<Parameters extends readonly unknown[]> = (parameters: Parameters, statement: string) => unknown;

/** What `AggregateTable` does in SQL, over rows in memory. */
class AggregateTableInMemory<T extends object> implements Pick<
  AggregateTable<T>,
  'find' | 'lock' | 'insertUnlessThere' | 'write'
> {
  /** The objects that stand for a row. */
  private readonly stored = new WeakSet<T>();

  constructor(
    private readonly type: new () => T,
    private readonly key: string & keyof T,
    private readonly rows: Rows<T>,
  ) {}

  async find(_manager: EntityManager, property: string & keyof T, value: unknown): Promise<T | null> {
    return this.read(property, [value])[0] ?? null;
  }

  async lock(_manager: EntityManager, property: string & keyof T, values: readonly unknown[]): Promise<T[]> {
    return this.read(property, values);
  }

  async insertUnlessThere(_manager: EntityManager, object: T): Promise<boolean> {
    if (this.rows.has(this.keyOf(object))) return false;
    this.put(object);
    return true;
  }

  async write(_manager: EntityManager, objects: readonly T[]): Promise<void> {
    for (const object of new Set(objects)) {
      if (this.stored.has(object) !== this.rows.has(this.keyOf(object)))
        throw new RangeError(
          `There are ${this.stored.has(object) ? 'none' : 'two'} of ${this.keyOf(object)}.`,
        );
      this.put(object);
    }
  }

  private read(property: keyof T, values: readonly unknown[]): T[] {
    return [...this.rows.values()]
      .filter((row) => values.includes(row[property]))
      .sort((a, b) => (String(a[property]) < String(b[property]) ? -1 : 1))
      .map((row) => {
        const object = Object.assign(new this.type(), row);
        this.stored.add(object);
        return object;
      });
  }

  private put(object: T): void {
    this.rows.set(this.keyOf(object), Object.assign(new this.type(), object));
    this.stored.add(object);
  }

  private keyOf(object: T): string {
    return String(object[this.key]);
  }
}

/** The manager of a database in memory: knows the tables of its aggregates, and of SQL what it was taught. */
export class MemoryManager {
  private readonly all: Rows<object>[] = [];
  private readonly ofAggregates = new Map<unknown, unknown>();
  private readonly answers: { start: string; answer: Answer<never> }[] = [];

  /** A table, empty. */
  table<Row extends object>(): Rows<Row> {
    const rows: Rows<Row> = new Map();
    this.all.push(rows);
    return rows;
  }

  /** The table of a kind of aggregate, for its repository to use. */
  keep<T extends object>(type: new () => T, key: string & keyof T): Rows<T> {
    const rows = this.table<T>();
    this.ofAggregates.set(type, new AggregateTableInMemory(type, key, rows));
    return rows;
  }

  /** Teaches it the statements that start like this. */
  answer<Parameters extends readonly unknown[]>(start: string, answer: Answer<Parameters>): void {
    this.answers.push({ start, answer });
  }

  async query(statement: string, parameters: never): Promise<unknown> {
    const known = this.answers.find(({ start }) => statement.trim().startsWith(start));
    if (!known) throw new RangeError(`Nobody here answers this: ${statement}`);
    return known.answer(parameters, statement);
  }

  /** Keeps what is in the tables now; the answer puts it back. */
  remember(): () => void {
    const before = this.all.map((rows) => [...rows]);
    return () =>
      this.all.forEach((rows, index) => {
        rows.clear();
        for (const [key, row] of before[index]) rows.set(key, row);
      });
  }

  ofAggregate<T extends object>(type: new () => T): AggregateTable<T> {
    const table = this.ofAggregates.get(type);
    if (!table) throw new RangeError(`Nobody here keeps a ${type.name}.`);
    return table as AggregateTable<T>;
  }
}

jest
  .spyOn(AggregateTable, 'of')
  .mockImplementation((manager, type) => (manager as unknown as MemoryManager).ofAggregate(type));
