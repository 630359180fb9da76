import type { BugRow, Row } from './row';

const LINES_APART_MS = 60_000;

/**
 * One line that is overwritten on a terminal; where the output goes to a file, one line a row, and one a
 * minute for long rows.
 */
export class Progress {
  private readonly begun = performance.now();
  private readonly interactive = process.stderr.isTTY;
  private toldAt = this.begun;

  trial(row: Row, ofTrials: number): void {
    if (this.interactive) process.stderr.write(`\r\x1b[K${this.line(row, ofTrials)}`);
    else if (performance.now() - this.toldAt > LINES_APART_MS) this.row(row, ofTrials);
  }

  row(row: Row, ofTrials: number): void {
    this.toldAt = performance.now();
    process.stderr.write(`${this.interactive ? '\r\x1b[K' : ''}${this.line(row, ofTrials)}\n`);
  }

  bug({ bug, caughtBy, trials, because }: BugRow): void {
    this.note(
      `${this.seconds}  ${bug}: ${caughtBy.length > 0 ? `caught by ${caughtBy.join(' ')}` : 'NOT CAUGHT'} after ${trials} trials: ${because}`,
    );
  }

  note(text: string): void {
    process.stderr.write(`${this.interactive ? '\r\x1b[K' : ''}${text}\n`);
  }

  private line({ fault, setUp, trials, playedAgain, failures }: Row, ofTrials: number): string {
    const again = playedAgain > 0 ? `, ${playedAgain} played again` : '';
    return `${this.seconds}  ${fault}, ${setUp}: ${trials} of ${ofTrials} trials${again}, ${failures.length} failed`;
  }

  private get seconds(): string {
    return `${String(Math.round((performance.now() - this.begun) / 1_000)).padStart(5)} s`;
  }
}
