import { OrderReader } from './order.reader';
import { Draining } from '../../../platform/http/draining';
import { isFinal } from '../domain/order-state';
import { OrderChanges, type OrderStep } from './order-changes';
import { OrderProgress } from './order-progress';

const orderId = '01890a5d-ac96-774b-bcce-b302099a8057';
const never = new AbortController().signal;

describe('following an order', () => {
  let stored: OrderStep;
  let looks: number;
  let shutdown: AbortController;
  let changes: OrderChanges;
  let progress: OrderProgress;

  beforeEach(() => {
    stored = { orderId, state: 'placed', steps: 1 };
    looks = 0;
    shutdown = new AbortController();
    changes = new OrderChanges();
    const steps = async (): Promise<OrderStep[]> => {
      looks += 1;
      return [stored];
    };
    progress = new OrderProgress(
      { steps } as unknown as OrderReader,
      { signal: shutdown.signal } as unknown as Draining,
      changes,
    );
  });

  it('does not wait for an order that is final already', async () => {
    stored = { orderId, state: 'completed', steps: 9 };
    await progress.until(isFinal, orderId, 30, never);
    expect(looks).toBe(1);
  });

  it('is woken by a change that this process makes', async () => {
    const waiting = progress.until(isFinal, orderId, 30, never);
    changes.announce({ orderId, state: 'awaiting-credit', steps: 2 });
    changes.announce({ orderId, state: 'rejected', steps: 3 });
    await waiting;
    expect(looks).toBe(1);
  });

  it('finds a change that another process made', async () => {
    const waiting = progress.until(isFinal, orderId, 30, never);
    setTimeout(() => (stored = { orderId, state: 'cancelled', steps: 4 }), 20);
    await waiting;
    expect(looks).toBeGreaterThan(1);
  });

  it('tells a newcomer where the order stands although it is no news to others', async () => {
    const first: string[] = [];
    const second: string[] = [];
    const stopFirst = progress.follow(orderId, ({ state }) => first.push(state));
    await new Promise(setImmediate);
    const stopSecond = progress.follow(orderId.toUpperCase(), ({ state }) => second.push(state));
    await new Promise(setImmediate);
    stopFirst();
    stopSecond();
    changes.announce({ orderId, state: 'awaiting-credit', steps: 2 });
    expect({ first, second }).toEqual({ first: ['placed'], second: ['placed'] });
  });

  it.each([
    ['when the time is up', () => progress.until(isFinal, orderId, 0.02, never)],
    ['not at all when asked for 0 seconds', () => progress.until(isFinal, orderId, 0, never)],
    ['when the caller is gone', () => progress.until(isFinal, orderId, 30, AbortSignal.timeout(20))],
    [
      'when the process shuts down',
      () => {
        setTimeout(() => shutdown.abort(), 20);
        return progress.until(isFinal, orderId, 30, never);
      },
    ],
  ])('stops waiting %s', async (_when, wait) => {
    await expect(wait()).resolves.toBeUndefined();
  });
});
