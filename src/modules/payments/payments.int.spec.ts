import { Global, Logger, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { v7 as uuidv7 } from 'uuid';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { settingsOf } from '../../../test/support/settings-of';
import { readSettings, Settings } from '../../platform/config/settings';
import { ModuleDatabases } from '../../platform/database/module-databases';
import { UnitOfWork } from '../../platform/unit-of-work/unit-of-work';
import { Money } from '../../platform/domain/money';
import { JobsModule } from '../../platform/jobs/jobs.module';
import { ReturnAccepted } from '../orders/contracts/return-accepted.event';
import { AuthorisePaymentHandler } from './authorise-payment/authorise-payment.handler';
import { CapturePaymentHandler } from './capture-payment/capture-payment.handler';
import { AuthorisePayment } from './contracts/authorise-payment.command';
import { CapturePayment } from './contracts/capture-payment.command';
import { ReleaseCredit } from './contracts/release-credit.command';
import { ReserveCredit } from './contracts/reserve-credit.command';
import { SetCreditLimit } from './contracts/set-credit-limit.command';
import { VoidPayment } from './contracts/void-payment.command';
import { PaymentsModule } from './payments.module';
import { PaymentsSettings } from './payments.settings';
import { type AuthorisationAnswer, PaymentProvider, type ProviderCall } from './provider/payment-provider';
import { RefundWhenReturnAccepted } from './reactions/refund-when-return-accepted';
import { ReleaseCreditHandler } from './release-credit/release-credit.handler';
import { ReserveCreditHandler } from './reserve-credit/reserve-credit.handler';
import { SetCreditLimitHandler } from './set-credit-limit/set-credit-limit.handler';
import { ShowTotalsReader } from './show-totals/show-totals.reader';
import { VoidPaymentHandler } from './void-payment/void-payment.handler';

const MODULE = 'payments';
const pounds = (amount: number): Money => Money.of(amount, 'GBP');

/** A provider that tests hold up, and that keeps account of what it holds and was asked. */
class WatchedProvider extends PaymentProvider {
  readonly calls: string[] = [];
  private readonly holding = new Set<string>();
  private gate: Promise<void> | undefined;
  /** The next calls do their work and then fail, as a connection that breaks before the answer does. */
  answersLost = 0;

  /** Holds every call up until the returned function is called. */
  holdUp(): () => void {
    let open: () => void = () => undefined;
    this.gate = new Promise((resolve) => (open = resolve));
    return open;
  }

  isHolding(orderId: string): boolean {
    return this.holding.has(orderId);
  }

  override async authorise(
    { orderId, amount }: { orderId: string; amount: Money },
    call: ProviderCall,
  ): Promise<AuthorisationAnswer> {
    await this.note(call);
    const declined = amount.amount % 50 === 13;
    if (!declined) this.holding.add(orderId);
    this.loseAnswer();
    return declined
      ? { outcome: 'declined', reason: 'declined-by-provider' }
      : { outcome: 'authorised', authorisationId: orderId };
  }

  override async capture(
    { authorisationId }: { authorisationId: string },
    call: ProviderCall,
  ): Promise<void> {
    await this.note(call);
    this.holding.delete(authorisationId);
    this.loseAnswer();
  }

  override async void({ authorisationId }: { authorisationId: string }, call: ProviderCall): Promise<void> {
    await this.note(call);
    this.holding.delete(authorisationId);
    this.loseAnswer();
  }

  override async refund(_: { authorisationId: string; amount: Money }, call: ProviderCall): Promise<void> {
    await this.note(call);
    this.loseAnswer();
  }

  private async note({ idempotencyKey }: ProviderCall): Promise<void> {
    this.calls.push(idempotencyKey);
    await this.gate;
  }

  private loseAnswer(): void {
    if (this.answersLost === 0) return;
    this.answersLost -= 1;
    throw new Error('the connection broke before the answer');
  }
}

describe('payments', () => {
  let database: TestDatabase;
  let app: TestingModule;
  let work: UnitOfWork;
  const provider = new WatchedProvider();

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await openTestDatabase([MODULE]);
    work = database.unitOfWork();

    @Global()
    @Module({
      providers: [
        { provide: ModuleDatabases, useValue: database.databases },
        { provide: UnitOfWork, useValue: work },
        { provide: Settings, useValue: readSettings({}) },
        { provide: PaymentsSettings, useValue: settingsOf(PaymentsSettings) },
      ],
      exports: [ModuleDatabases, UnitOfWork, Settings, PaymentsSettings],
    })
    class TestPlatform {}

    app = await Test.createTestingModule({
      imports: [TestPlatform, CqrsModule.forRoot(), JobsModule, PaymentsModule],
    })
      .overrideProvider(PaymentProvider)
      .useValue(provider)
      .compile();
    await app.init();
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(async () => {
    await app.close();
    await database.close();
    Logger.overrideLogger(['log', 'warn', 'error']);
  });

  const inside = <T>(task: () => Promise<T>): Promise<T> => work.run(MODULE, task);
  const authorise = (orderId: string, amount = 1_000, currency = 'GBP') =>
    inside(() =>
      app
        .get(AuthorisePaymentHandler)
        .execute(new AuthorisePayment({ orderId, customerId: uuidv7(), amount: Money.of(amount, currency) })),
    );
  const capture = (orderId: string) =>
    inside(() => app.get(CapturePaymentHandler).execute(new CapturePayment({ orderId })));
  const voidPayment = (orderId: string) =>
    inside(() => app.get(VoidPaymentHandler).execute(new VoidPayment({ orderId })));
  const reserve = (orderId: string, customerId: string, amount: number, currency = 'GBP') =>
    inside(() =>
      app
        .get(ReserveCreditHandler)
        .execute(new ReserveCredit({ orderId, customerId, amount: Money.of(amount, currency) })),
    );
  const release = (orderId: string) =>
    inside(() => app.get(ReleaseCreditHandler).execute(new ReleaseCredit({ orderId })));
  const acceptReturn = (orderId: string, returnId: string, amount: number, currency = 'GBP') =>
    inside(() =>
      app
        .get(RefundWhenReturnAccepted)
        .handle(new ReturnAccepted({ orderId, returnId, lines: [], refund: Money.of(amount, currency) })),
    );
  const setLimit = (customerId: string, amount: number, currency = 'GBP') =>
    inside(() =>
      app
        .get(SetCreditLimitHandler)
        .execute(new SetCreditLimit({ customerId, limit: Money.of(amount, currency) })),
    );

  /** What was published about an order, oldest first, without the module's name. */
  const published = async (key: string): Promise<string[]> => {
    const rows: { type: string }[] = await database.databases
      .of(MODULE)
      .query('select type from outbox where aggregateid = $1 order by seq', [key]);
    return rows.map(({ type }) => type.replace('payments.', ''));
  };
  const answered = (key: string, ...types: string[]): Promise<void> =>
    eventually(async () => expect(await published(key)).toEqual(types));
  const callsFor = (orderId: string): string[] =>
    provider.calls.filter((key) => key.startsWith(orderId)).map((key) => key.slice(orderId.length + 1));

  describe('a payment', () => {
    it('is authorised, captured and refunded, each once', async () => {
      const orderId = uuidv7();
      const returnId = uuidv7();
      await authorise(orderId);
      await authorise(orderId);
      await answered(orderId, 'payment-authorised');
      await capture(orderId);
      await capture(orderId);
      await answered(orderId, 'payment-authorised', 'payment-captured');
      await acceptReturn(orderId, returnId, 400);
      await acceptReturn(orderId, returnId, 400);
      await answered(orderId, 'payment-authorised', 'payment-captured', 'payment-refunded');
      await authorise(orderId);
      await capture(orderId);
      await acceptReturn(orderId, returnId, 400);
      expect(await published(orderId)).toHaveLength(3);
      expect(callsFor(orderId)).toEqual(['authorise', 'capture', `refund:${returnId}`]);
      expect(await app.get(ShowTotalsReader).payments()).toEqual({
        captured: 1_000,
        refunded: 400,
        openJobs: 0,
        currencies: [{ currency: 'GBP', captured: 1_000, refunded: 400 }],
      });
    });

    it('is declined, and voiding it afterwards is answered', async () => {
      const orderId = uuidv7();
      await authorise(orderId, 1_013);
      await answered(orderId, 'payment-declined');
      await voidPayment(orderId);
      await answered(orderId, 'payment-declined', 'payment-voided');
    });

    it('is authorised once when the provider did its work and the answer was lost', async () => {
      const orderId = uuidv7();
      provider.answersLost = 2;
      await authorise(orderId);
      await answered(orderId, 'payment-authorised');
      expect(callsFor(orderId)).toEqual(['authorise', 'authorise', 'authorise']);
    });

    it('is not captured before it is authorised', async () => {
      await expect(capture(uuidv7())).rejects.toMatchObject({ code: 'payments.payment-unknown' });
    });

    it('refunds no more than was captured', async () => {
      const orderId = uuidv7();
      await authorise(orderId);
      await answered(orderId, 'payment-authorised');
      await capture(orderId);
      await answered(orderId, 'payment-authorised', 'payment-captured');
      await acceptReturn(orderId, uuidv7(), 700);
      await expect(acceptReturn(orderId, uuidv7(), 301)).rejects.toMatchObject({
        code: 'payments.refund.exceeds-payment',
      });
    });
  });

  describe('voiding', () => {
    it('what is authorised has the provider void it', async () => {
      const orderId = uuidv7();
      await authorise(orderId);
      await answered(orderId, 'payment-authorised');
      expect(provider.isHolding(orderId)).toBe(true);
      await voidPayment(orderId);
      await voidPayment(orderId);
      await answered(orderId, 'payment-authorised', 'payment-voided');
      expect(provider.isHolding(orderId)).toBe(false);
    });

    it('what nobody has asked the provider for yet does not ask', async () => {
      const orderId = uuidv7();
      await inside(async () => {
        await app
          .get(AuthorisePaymentHandler)
          .execute(new AuthorisePayment({ orderId, customerId: uuidv7(), amount: pounds(1_000) }));
        await app.get(VoidPaymentHandler).execute(new VoidPayment({ orderId }));
      });
      await answered(orderId, 'payment-voided');
      expect(callsFor(orderId)).toEqual([]);
    });

    it('while the provider is being asked waits for its answer and voids that', async () => {
      const orderId = uuidv7();
      const letThrough = provider.holdUp();
      await authorise(orderId);
      await eventually(() => expect(callsFor(orderId)).toEqual(['authorise']));
      await voidPayment(orderId);
      await voidPayment(orderId);
      expect(await published(orderId)).toEqual([]);
      letThrough();
      await answered(orderId, 'payment-voided');
      expect(callsFor(orderId)).toEqual(['authorise', 'void']);
      expect(provider.isHolding(orderId)).toBe(false);
    });

    it('while the outcome is unknown finds it out first', async () => {
      const orderId = uuidv7();
      // A rest of half a minute before the second attempt, so that voiding comes between the two.
      const chance = jest.spyOn(Math, 'random').mockReturnValue(60);
      provider.answersLost = 1;
      await authorise(orderId);
      const jobs = database.databases.of(MODULE);
      const key = `${orderId}:authorise`;
      await eventually(async () =>
        expect(
          await jobs.query('select from jobs where idempotency_key = $1 and failures = 1', [key]),
        ).toHaveLength(1),
      );
      chance.mockRestore();
      expect(provider.isHolding(orderId)).toBe(true);
      await voidPayment(orderId);
      await jobs.query('update jobs set run_at = now() where idempotency_key = $1', [key]);
      await answered(orderId, 'payment-voided');
      expect(callsFor(orderId)).toEqual(['authorise', 'authorise', 'void']);
      expect(provider.isHolding(orderId)).toBe(false);
    });

    it('what was never asked for is answered, and declines it when it is asked for after all', async () => {
      const orderId = uuidv7();
      await voidPayment(orderId);
      await voidPayment(orderId);
      await authorise(orderId);
      await authorise(orderId);
      await answered(orderId, 'payment-voided', 'payment-declined');
      expect(callsFor(orderId)).toEqual([]);
    });
  });

  it('takes payments in several currencies, and adds up each on its own', async () => {
    const totals = () => app.get(ShowTotalsReader).payments();
    const before = await totals();
    const [euros, yen] = [uuidv7(), uuidv7()];
    await authorise(euros, 3_000, 'EUR');
    await authorise(yen, 500, 'JPY');
    for (const orderId of [euros, yen]) {
      await answered(orderId, 'payment-authorised');
      await capture(orderId);
      await answered(orderId, 'payment-authorised', 'payment-captured');
    }
    await expect(acceptReturn(euros, uuidv7(), 400)).rejects.toMatchObject({
      code: 'payments.refund.currency-differs',
    });
    await acceptReturn(euros, uuidv7(), 400, 'EUR');
    await answered(euros, 'payment-authorised', 'payment-captured', 'payment-refunded');
    expect(await totals()).toEqual({
      ...before,
      currencies: [
        { currency: 'EUR', captured: 3_000, refunded: 400 },
        ...before.currencies,
        { currency: 'JPY', captured: 500, refunded: 0 },
      ],
    });

    const most = [uuidv7(), uuidv7()];
    for (const orderId of most) {
      await authorise(orderId, Number.MAX_SAFE_INTEGER, 'CHF');
      await answered(orderId, 'payment-authorised');
      await capture(orderId);
      await answered(orderId, 'payment-authorised', 'payment-captured');
    }
    await expect(totals()).rejects.toMatchObject({ kind: 'invalid', code: 'payments.total-too-large' });
    await database.asAdministrator(MODULE, `delete from ${MODULE}.payments where currency = 'CHF'`);
  });

  describe('credit', () => {
    const accountOf = async (
      customerId: string,
      currency = 'GBP',
    ): Promise<{ held: string; limit_amount: string }> =>
      (
        await database.databases
          .of(MODULE)
          .query('select held, limit_amount from credit_accounts where customer_id = $1 and currency = $2', [
            customerId,
            currency,
          ])
      )[0];

    it('is held up to the default limit exactly, on an account opened on demand', async () => {
      const customerId = uuidv7();
      const [first, second] = [uuidv7(), uuidv7()];
      await reserve(first, customerId, 150_000);
      await reserve(second, customerId, 1);
      expect(await published(first)).toEqual(['credit-reserved']);
      expect(await published(second)).toEqual(['credit-refused']);
    });

    it('is held in each currency on an account of its own, up to the limit there', async () => {
      const customerId = uuidv7();
      await setLimit(customerId, 1_000);
      await setLimit(customerId, 500, 'EUR');
      const [pound, euro, tooMuch, yen, tooManyYen] = [1, 2, 3, 4, 5].map(() => uuidv7());
      await reserve(pound, customerId, 1_000);
      await reserve(euro, customerId, 500, 'EUR');
      await reserve(tooMuch, customerId, 1, 'EUR');
      await reserve(yen, customerId, 1_500, 'JPY');
      await reserve(tooManyYen, customerId, 1, 'JPY');
      expect((await Promise.all([pound, euro, tooMuch, yen, tooManyYen].map(published))).flat()).toEqual([
        'credit-reserved',
        'credit-reserved',
        'credit-refused',
        'credit-reserved',
        'credit-refused',
      ]);
      await release(euro);
      expect([
        await accountOf(customerId),
        await accountOf(customerId, 'EUR'),
        await accountOf(customerId, 'JPY'),
      ]).toEqual([
        { held: '1000', limit_amount: '1000' },
        { held: '0', limit_amount: '500' },
        { held: '1500', limit_amount: '1500' },
      ]);
      expect(await published(customerId)).toEqual(['credit-limit-changed']);
      expect(await published(`${customerId}/EUR`)).toEqual(['credit-limit-changed']);
      await expect(setLimit(customerId, 1, 'XXZ')).rejects.toMatchObject({
        kind: 'invalid',
        code: 'payments.currency-unknown',
      });
      expect(await accountOf(customerId, 'XXZ')).toBeUndefined();
    });

    it('is given back once, and answered also when nothing was held', async () => {
      const customerId = uuidv7();
      const [orderId, unknown] = [uuidv7(), uuidv7()];
      await reserve(orderId, customerId, 400);
      await release(orderId);
      await release(orderId);
      await release(unknown);
      await reserve(unknown, customerId, 400);
      expect(await published(orderId)).toEqual(['credit-reserved', 'credit-released']);
      expect(await published(unknown)).toEqual(['credit-released', 'credit-refused']);
      expect(Number((await accountOf(customerId)).held)).toBe(0);
    });

    it('never exceeds the limit under concurrency', async () => {
      const customerId = uuidv7();
      await inside(() =>
        app.get(SetCreditLimitHandler).execute(new SetCreditLimit({ customerId, limit: pounds(1_000) })),
      );
      expect(await published(customerId)).toEqual(['credit-limit-changed']);
      const orders = Array.from({ length: 15 }, () => uuidv7());
      await Promise.all(orders.map((orderId) => reserve(orderId, customerId, 100)));
      const answers = await Promise.all(orders.map(published));
      expect(answers.flat().filter((type) => type === 'credit-reserved')).toHaveLength(10);
      expect(answers.flat().filter((type) => type === 'credit-refused')).toHaveLength(5);
      expect(Number((await accountOf(customerId)).held)).toBe(1_000);
    });
  });
});
