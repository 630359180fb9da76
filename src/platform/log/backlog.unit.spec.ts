import type { Envelope, LogPosition } from '../messages/envelope';
import { Backlog } from './backlog';
import type { LogPage } from './log-page';
import { startOfWindow } from './log-position';

const at = (tick: number): LogPosition => startOfWindow(1, BigInt(tick));
const END = 1_000n;

describe('A backlog', () => {
  const asked: number[] = [];
  let under: (() => void)[] = [];
  let broken = false;

  /** Chunks of ten windows; what was asked for comes when `arrive` says so. */
  const read = async (from: LogPosition): Promise<LogPage> => {
    asked.push(Number(from.tick));
    await new Promise<void>((resolve) => under.push(resolve));
    if (broken) throw new Error('the server is gone');
    return { messages: [] as Envelope[], end: at(Number(from.tick) + 10) };
  };
  const arrive = async (): Promise<void> => {
    await new Promise(setImmediate);
    for (const resolve of under.splice(0)) resolve();
    await new Promise(setImmediate);
  };

  let backlog: Backlog;
  beforeEach(() => {
    asked.length = 0;
    under = [];
    broken = false;
    backlog = new Backlog(read);
  });

  it('is read once for all who are in the same stretch of it', async () => {
    const both = [backlog.at(at(0), END), backlog.at(at(0), END)];
    await arrive();
    await Promise.all([...both, backlog.at(at(7), END)]);
    expect(asked).toEqual([0]);
  });

  it('hands out what was read ahead without reading it again', async () => {
    backlog.readAhead(at(0), END);
    backlog.readAhead(at(0), END);
    const page = backlog.at(at(0), END);
    await arrive();
    expect((await page).end).toEqual(at(10));
    await backlog.at(at(3), END);
    expect(asked).toEqual([0]);
  });

  it('knows what is in memory, and does not wait for what is not', async () => {
    backlog.readAhead(at(0), END);
    await new Promise(setImmediate);
    expect(backlog.ready(at(0))).toBeUndefined();
    await arrive();
    expect(backlog.ready(at(3))?.end).toEqual(at(10));
    expect(backlog.ready(at(10))).toBeUndefined();
    expect(asked).toEqual([0]);
  });

  it('takes one connection at a time', async () => {
    const pages = [backlog.at(at(0), END), backlog.at(at(500), END)];
    backlog.readAhead(at(10), END);
    await new Promise(setImmediate);
    expect(asked).toEqual([0]);
    await arrive();
    expect(asked).toEqual([0, 500]);
    await arrive();
    await arrive();
    await Promise.all(pages);
    expect(asked).toEqual([0, 500, 10]);
  });

  it('reads again what could not be read ahead, and tells whoever waits for it', async () => {
    broken = true;
    backlog.readAhead(at(0), END);
    await arrive();
    const page = backlog.at(at(0), END);
    const failure = expect(page).rejects.toThrow('the server is gone');
    await arrive();
    await failure;
    broken = false;
    const again = backlog.at(at(0), END);
    await arrive();
    expect((await again).end).toEqual(at(10));
    expect(asked).toEqual([0, 0, 0]);
  });

  it('keeps no more than four chunks', async () => {
    for (const tick of [0, 10, 20, 30, 40]) {
      const page = backlog.at(at(tick), END);
      await arrive();
      await page;
    }
    await backlog.at(at(15), END);
    expect(asked).toEqual([0, 10, 20, 30, 40]);
    const gone = backlog.at(at(5), END);
    await arrive();
    await gone;
    expect(asked).toEqual([0, 10, 20, 30, 40, 5]);
  });

  it('is not closed before what is being read has come', async () => {
    backlog.readAhead(at(0), END);
    let closed = false;
    const closing = backlog.close().then(() => (closed = true));
    await new Promise(setImmediate);
    expect(closed).toBe(false);
    await arrive();
    await closing;
  });
});
