const LINE_EVERY_MS = 5_000;

/** Where a long run stands: one line that is replaced on a terminal, elsewhere a new one now and then. */
export class ProgressLine {
  #last = 0;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  show(text: string): void {
    if (this.stream.isTTY) {
      this.stream.write(`\r\x1b[2K${text.slice(0, this.stream.columns - 1)}`);
    } else if (Date.now() - this.#last > LINE_EVERY_MS) {
      this.#last = Date.now();
      this.stream.write(`${text}\n`);
    }
  }

  /** Makes room for other output. */
  clear(): void {
    this.#last = 0;
    if (this.stream.isTTY) this.stream.write('\r\x1b[2K');
  }
}
