import type { LagQuestion } from './log-lag';
import type { LogSource } from './log-source';

/** A started source, and the way to stop it. */
export interface StoppableSource extends LogSource {
  stop(): Promise<void>;
}

/**
 * The way to the logs of modules that run in other processes. The transport provides it: the log knows no
 * broker.
 */
export abstract class RemoteSources {
  /**
   * A started reader of a module's log. Throws an error that says the way out where this process cannot reach
   * it.
   */
  abstract open(log: string): Promise<StoppableSource>;
}

/** Asks the processes that host other modules how far a position is behind their logs. */
export abstract class RemoteLag {
  /**
   * Messages after a position in the log of a module; null when its owner cannot be asked, or does not know
   * the position.
   */
  abstract lag(module: string, question: LagQuestion): Promise<number | null>;
}
