import type { LogPosition } from '../messages/envelope';
import { LogUnavailable } from './log-source';

/**
 * A reader or a stream has come further than the log goes: the log is not the one that was read. It waits for
 * an operator.
 */
export class PositionBeyondLog extends LogUnavailable {
  constructor(
    log: string,
    readonly position: LogPosition,
    end: LogPosition | undefined,
  ) {
    super(
      log,
      `a subscription stands at ${formatPosition(position)}, which is beyond the end of the log${end ? ` at ${formatPosition(end)}` : ''}. The database of "${log}" was replaced or ` +
        `restored to an earlier state than its reader. ${beginGenerationHint(log)}`,
    );
    this.name = 'PositionBeyondLog';
  }
}

export const formatPosition = ({ generation, tick, seq }: LogPosition): string =>
  `generation ${generation}, tick ${tick}${seq > 0n ? `, seq ${seq}` : ''}`;

/** The way out, the same wherever it is needed. */
export const beginGenerationHint = (log: string): string =>
  `Stop every process that hosts "${log}" and run, with the same NATS_URL as they have: npm run ops -- begin-generation ${log}`;
