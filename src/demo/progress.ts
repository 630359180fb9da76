import { SingleBar } from 'cli-progress';

const REDRAW_MS = 100;
const LINE_EVERY_MS = 3_000;

/** Where a piece of work stands. */
export interface Standing {
  done: number;
  total: number;
  /** Live counts, for people. */
  counts?: string;
}

/** Shows how far `work` is while it goes on. */
export type ShowProgress = <T>(title: string, standing: () => Standing, work: () => Promise<T>) => Promise<T>;

/** A bar on a terminal, elsewhere a line every few seconds. Ends the display however the work ends. */
export const withProgress: ShowProgress = async (title, standing, work) => {
  const stop = process.stderr.isTTY ? drawBar(title, standing) : printLines(title, standing);
  try {
    return await work();
  } finally {
    stop();
  }
};

function drawBar(title: string, standing: () => Standing): () => void {
  const bar = new SingleBar({
    format: `${title} {bar} {percentage}% · {value}/{total} · {duration} s{counts}`,
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream: process.stderr,
    // Signals are the demo's own to handle; it ends the display on its way out.
    gracefulExit: false,
  });
  const payload = ({ counts }: Standing) => ({ counts: counts ? ` · ${counts}` : '' });
  const update = (): void => bar.update(standing().done, payload(standing()));
  bar.start(standing().total, 0, payload(standing()));
  const timer = setInterval(update, REDRAW_MS);
  return () => {
    clearInterval(timer);
    update();
    bar.stop();
  };
}

function printLines(title: string, standing: () => Standing): () => void {
  const print = (): void => {
    const { done, total, counts } = standing();
    console.error(`${title} ${done}/${total}${counts ? ` · ${counts}` : ''}`);
  };
  const timer = setInterval(print, LINE_EVERY_MS);
  return () => {
    clearInterval(timer);
    print();
  };
}
