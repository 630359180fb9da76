import type { BugRow, Row } from './row';

/** One line that is written over where somebody looks on, and one line a row where the output goes to a file. */
export class Progress {
  private readonly begun = performance.now();
  private readonly interactive = process.stderr.isTTY;

  trial(row: Row, ofTrials: number): void {
    if (this.interactive) process.stderr.write(`\r\x1b[K${this.line(row, ofTrials)}`);
  }

  row(row: Row, ofTrials: number): void {
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
