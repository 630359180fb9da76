/** One log message as handlers see it. Attribute names follow CloudEvents 1.0. */
export interface Envelope {
  id: string;
  /** The contract's stored name. */
  type: string;
  /** The contract's version. */
  version: number;
  /** The module whose log it stands in. */
  source: string;
  kind: 'event' | 'command';
  /** The ordering key. */
  subject: string;
  aggregateType: string;
  keyVersion: number;
  lane: number;
  time: Date;
  correlationId: string;
  causationId?: string;
  traceparent?: string;
  /** The rules by which the publisher checked it: `rulesFingerprint`. */
  rules?: string;
  /** The lowest version whose readers can read it; absent where that is `version`. */
  readableSince?: number;
  /** As it was written, in its own version: `readMessage` makes of it what a handler knows. */
  data: Record<string, unknown>;
  position: LogPosition;
}

/** A place in one module's log: `(generation, tick, seq)` is one total order for every reader. */
export interface LogPosition {
  generation: number;
  tick: bigint;
  seq: bigint;
}
