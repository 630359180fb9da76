import { join } from 'node:path'; // outside src/modules
import { v7 as uuidv7 } from 'uuid';
import { type ContextApplication, startContext } from '../../support/context-application';
import { Money } from '../../../src/platform/domain/money';
import { OrderCompleted } from '../../../src/modules/orders/contracts/order-completed.event';
import { OrderPlaced } from '../../../src/modules/orders/contracts/order-placed.event';
import { OrderedLine } from '../../../src/modules/orders/contracts/ordered-line';
import { LoyaltyModule } from './loyalty.module';
import { Mailer } from './thank/mailer';

const DAY = 24 * 60;

describe('loyalty', () => {
  let context: ContextApplication;
  const mails: string[] = [];
  const mailer: Mailer = { thank: async (customerId, points) => void mails.push(`${customerId}: ${points}`) };

  beforeAll(async () => {
    context = await startContext('loyalty', LoyaltyModule, {
      fakes: [[Mailer, mailer]],
      migrations: join(__dirname, '../migrations'), // outside src/modules
      environment: { LOYALTY_MAIL_URL: 'https://mail.example.com', LOYALTY_EXPIRE_AFTER_DAYS: '10' },
    });
  });

  afterAll(() => context?.close());

  /** An order of a new customer, for so much, from its placing to its completion. */
  const completed = async (amount: number, customerId = uuidv7()): Promise<string> => {
    const orderId = uuidv7();
    const lines = [OrderedLine.of('MUG', 1, amount, true)];
    const total = Money.of(amount, 'GBP');
    await context.deliver(new OrderPlaced({ orderId, customerId, total, lines, salesChannel: 'wholesale' }));
    await context.deliver(new OrderCompleted({ orderId }));
    return customerId;
  };
  const told = async (customerId: string): Promise<unknown[]> =>
    (await context.logOf(customerId)).map(({ payload }) => payload);

  it('gives points for an order that completes, and thanks for it once', async () => {
    const customerId = await completed(1_250);
    expect(await told(customerId)).toEqual([{ customerId, change: 12, balance: 12, reason: 'given' }]);
    await context.jobsDone();
    expect(mails.filter((mail) => mail.startsWith(customerId))).toEqual([`${customerId}: 12`]);
  });

  it('redeems points once for each key, and no more than there are', async () => {
    const customerId = await completed(1_000);
    const redeem = (points: number, key: string) =>
      context
        .http()
        .post(`/points-accounts/${customerId}/redemptions`)
        .set('Idempotency-Key', key)
        .send({ points });
    expect((await redeem(4, 'first').expect(201)).body).toEqual({ balance: 6 });
    expect((await redeem(4, 'first').expect(201)).body).toEqual({ balance: 6 });
    expect((await redeem(7, 'second').expect(409)).body).toMatchObject({
      code: 'loyalty.points-insufficient',
    });
    expect(await told(customerId)).toHaveLength(2);
  });

  it('lists accounts in pages', async () => {
    for (const amount of [100, 200, 300]) await completed(amount);
    const first = await context.http().get('/points-accounts?limit=2').expect(200);
    expect(first.body.items).toHaveLength(2);
    const second = await context
      .http()
      .get('/points-accounts')
      .query({ limit: 2, cursor: first.body.nextCursor as string })
      .expect(200);
    expect(second.body.items[0].customerId > first.body.items[1].customerId).toBe(true);
  });

  it('takes away what was not used for long, day after day', async () => {
    const customerId = await completed(500);
    await context.passMinutes(9 * DAY);
    await context.jobsDone();
    expect(await told(customerId)).toHaveLength(1);
    await context.passMinutes(2 * DAY);
    await context.jobsDone();
    expect((await told(customerId)).at(-1)).toEqual({
      customerId,
      change: -5,
      balance: 0,
      reason: 'expired',
    });
  });
});
