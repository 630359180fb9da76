import type { RunReport } from './run-report';
import type { Scenario } from './scenario';

/** What one run measures and tells on one page. */
export interface Page {
  /** Its file in `docs/`, without the ending. */
  readonly name: string;
  readonly title: string;
  /** What writes it, behind `npm run bench`. */
  readonly option: string;
  /** What a reader must know of how a run went, in sentences. */
  readonly about: (report: Pick<RunReport, 'rounds' | 'seconds'>) => string;
  /** Rounds by default, and at least, for the page to be written. */
  readonly rounds: number;
  /** Whether others are measured beside Seamline. */
  readonly hasContestants: boolean;
  /** In the order in which they run and are reported. */
  readonly scenarios: readonly Scenario[];
  /** The one that `--full` makes longer; absent where it changes nothing. */
  readonly grown?: Scenario;
}
