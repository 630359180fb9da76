/** Where a module's data is and how it logs in there. */
export interface ModuleConnection {
  readonly module: string;
  /** With the module's own login. */
  readonly url: string;
  /** The same database with the login that may read everything. */
  readonly auditorUrl: string;
}

export interface DataSourceOptions {
  /** Connections per module. */
  poolSize: number;
  /** How long a process may hold a lease: no statement and no idle transaction may last as long. */
  leaseMs: number;
  /**
   * How long something waits for a connection while all of them are in use. Milliseconds; as long as for a
   * new one when absent.
   */
  queueMs?: number;
  log: (line: string) => void;
}
