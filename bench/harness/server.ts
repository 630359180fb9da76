/** An empty or prepared database of its own. */
export interface BenchDatabase {
  readonly name: string;
  /** The superuser's login to it. */
  readonly url: string;
  /** Removes it, open connections or not. */
  drop(): Promise<void>;
}

/** The one PostgreSQL server of a run: the same, durable settings for every competitor. */
export interface BenchServer {
  /** The superuser's login to the server's `postgres` database. */
  readonly adminUrl: string;
  /** The process id of the server, for its share of the processor. */
  readonly pid: number;
  /** Makes a database, empty or as a copy of one without connections. */
  createDatabase(name: string, template?: string): Promise<BenchDatabase>;
  /** Bytes of write-ahead log that `work` made the server write, beside what it resolves to. */
  walOf<T>(work: () => Promise<T>): Promise<{ result: T; walBytes: number }>;
  /** Waits for the server's own housekeeping, so that a turn does not pay for the one before it. */
  settle(): Promise<void>;
}
