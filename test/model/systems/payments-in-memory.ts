import { ReturnAccepted } from '../../../src/modules/orders/contracts/return-accepted.event';
import { AuthorisePaymentHandler } from '../../../src/modules/payments/authorise-payment/authorise-payment.handler';
import { AuthoriseWithProvider } from '../../../src/modules/payments/authorise-payment/authorise-with-provider.job';
import { CapturePaymentHandler } from '../../../src/modules/payments/capture-payment/capture-payment.handler';
import { CaptureWithProvider } from '../../../src/modules/payments/capture-payment/capture-with-provider.job';
import { AuthorisePayment } from '../../../src/modules/payments/contracts/authorise-payment.command';
import { CapturePayment } from '../../../src/modules/payments/contracts/capture-payment.command';
import { ReleaseCredit } from '../../../src/modules/payments/contracts/release-credit.command';
import { ReserveCredit } from '../../../src/modules/payments/contracts/reserve-credit.command';
import { SetCreditLimit } from '../../../src/modules/payments/contracts/set-credit-limit.command';
import { VoidPayment } from '../../../src/modules/payments/contracts/void-payment.command';
import { CreditAccount } from '../../../src/modules/payments/domain/credit-account';
import { CreditHold } from '../../../src/modules/payments/domain/credit-hold';
import { Payment } from '../../../src/modules/payments/domain/payment';
import type { Refund } from '../../../src/modules/payments/domain/refund';
import { CreditAccountRepository } from '../../../src/modules/payments/persistence/credit-account.repository';
import { CreditHoldRepository } from '../../../src/modules/payments/persistence/credit-hold.repository';
import { PaymentRepository } from '../../../src/modules/payments/persistence/payment.repository';
import { RefundRepository } from '../../../src/modules/payments/persistence/refund.repository';
import { PaymentsSettings } from '../../../src/modules/payments/payments.settings';
import {
  type AuthorisationAnswer,
  PaymentProvider,
} from '../../../src/modules/payments/provider/payment-provider';
import { ProviderRequests } from '../../../src/modules/payments/provider/provider-requests';
import { RefundWhenReturnAccepted } from '../../../src/modules/payments/reactions/refund-when-return-accepted';
import { RefundWithProvider } from '../../../src/modules/payments/refund-payment/refund-with-provider.job';
import { ReleaseCreditHandler } from '../../../src/modules/payments/release-credit/release-credit.handler';
import { ReserveCreditHandler } from '../../../src/modules/payments/reserve-credit/reserve-credit.handler';
import { SetCreditLimitHandler } from '../../../src/modules/payments/set-credit-limit/set-credit-limit.handler';
import { VoidPaymentHandler } from '../../../src/modules/payments/void-payment/void-payment.handler';
import { VoidWithProvider } from '../../../src/modules/payments/void-payment/void-with-provider.job';
import { Jobs, type NewJob } from '../../../src/platform/jobs/jobs';
import { settingsOf } from '../../support/settings-of';
import { MemoryWork } from '../memory-work';
import { accountOf, type PaymentsState } from '../models/payments-model';
import { ProviderAnswers, ProviderIsCalled } from '../provider-calls';
import type { Module, Reply } from '../reply';
import { Routes } from '../routes';

interface OpenJob {
  payload: object;
  touched: boolean;
}

/** Jobs in memory that wait until a test says what came of them. */
class JobsInMemory extends Jobs {
  readonly open: Map<string, OpenJob>;
  /** Also of jobs that are done: an answer may be told twice. */
  readonly payloads = new Map<string, object>();

  constructor(work: MemoryWork) {
    super(work, undefined as never, undefined as never);
    this.open = work.memory.table<OpenJob>();
  }

  override async enqueue({ idempotencyKey, payload }: NewJob): Promise<void> {
    if (!this.open.has(idempotencyKey)) this.open.set(idempotencyKey, { payload, touched: false });
    this.payloads.set(idempotencyKey, payload);
  }

  override async withdraw(_type: string, idempotencyKey: string): Promise<boolean> {
    return this.open.get(idempotencyKey)?.touched === false && this.open.delete(idempotencyKey);
  }
}

/** Its answers are the test's: see `ProviderAnswers`. */
const NOBODY: PaymentProvider = {
  authorise: () => Promise.reject(new RangeError('The provider is not called here.')),
  capture: () => Promise.reject(new RangeError('The provider is not called here.')),
  void: () => Promise.reject(new RangeError('The provider is not called here.')),
  refund: () => Promise.reject(new RangeError('The provider is not called here.')),
};

/** Payments' own handlers, jobs and rules over tables in memory. */
export class PaymentsInMemory implements Module<PaymentsState> {
  private readonly work = MemoryWork.create();
  private readonly jobs = new JobsInMemory(this.work);
  private readonly accounts: Map<string, CreditAccount>;
  private readonly holds: Map<string, CreditHold>;
  private readonly payments: Map<string, Payment>;
  private readonly routes: Routes;

  constructor(defaultLimit: number) {
    const settings = settingsOf(PaymentsSettings, { DEFAULT_CREDIT_LIMIT: String(defaultLimit) });
    const { memory } = this.work;
    const accounts = new CreditAccountRepository(this.work, settings);
    this.accounts = memory.keep(CreditAccount, 'accountId');
    const holds = new CreditHoldRepository(this.work);
    this.holds = memory.keep(CreditHold, 'orderId');
    const payments = new PaymentRepository(this.work);
    this.payments = memory.keep(Payment, 'orderId');
    const refunds = this.refundRepository();
    const provider = new ProviderRequests(this.jobs);

    const setLimit = new SetCreditLimitHandler(accounts);
    const reserve = new ReserveCreditHandler(holds, accounts);
    const release = new ReleaseCreditHandler(holds, accounts);
    const authorise = new AuthorisePaymentHandler(payments, provider);
    const capture = new CapturePaymentHandler(payments, provider);
    const voiding = new VoidPaymentHandler(payments, provider);
    const refund = new RefundWhenReturnAccepted(payments, refunds, provider);
    const jobs = {
      authorise: new AuthoriseWithProvider(NOBODY, payments, provider, settings),
      capture: new CaptureWithProvider(NOBODY, payments, provider, settings),
      void: new VoidWithProvider(NOBODY, payments, provider, settings),
      refund: new RefundWithProvider(NOBODY, payments, provider, settings, refunds),
    };
    this.routes = new Routes()
      .to(SetCreditLimit, setLimit)
      .to(ReserveCredit, reserve)
      .to(ReleaseCredit, release)
      .to(AuthorisePayment, authorise)
      .to(CapturePayment, capture)
      .to(VoidPayment, voiding)
      .to(ReturnAccepted, refund)
      .to(ProviderIsCalled, { handle: async ({ call }) => this.touch(call) })
      .to(ProviderAnswers, {
        handle: async ({ orderId, effect, declines }) => {
          const key = `${orderId}:${effect}`;
          const payload = this.jobs.payloads.get(key);
          if (!payload) throw new RangeError(`The provider was never asked for ${key}.`);
          this.jobs.open.delete(key);
          const answer: AuthorisationAnswer = declines
            ? { outcome: 'declined', reason: 'declined' }
            : { outcome: 'authorised', authorisationId: `authorisation of ${orderId}` };
          await jobs[effect.split(':')[0] as keyof typeof jobs].complete(payload as never, answer);
        },
      });
  }

  handle(message: object): Promise<Reply> {
    return this.work.handling(() => this.routes.handle(message));
  }

  state(): PaymentsState {
    const perOrder = <T>(value: (payment: Payment) => T): Record<string, T> =>
      Object.fromEntries([...this.payments].map(([orderId, payment]) => [orderId, value(payment)]));
    return {
      credit: Object.fromEntries(
        [...this.accounts.values()].map(({ customerId, currency, limitAmount: limit, held }) => [
          accountOf(customerId, currency),
          { limit, held },
        ]),
      ),
      holds: Object.fromEntries([...this.holds].map(([orderId, { state }]) => [orderId, state])),
      payments: perOrder(({ state }) => state),
      captured: perOrder(({ captured }) => captured),
      refunded: perOrder(({ refunded }) => refunded),
      open: [...this.jobs.open.keys()].sort(),
    };
  }

  private touch(call: string): void {
    const job = this.jobs.open.get(call);
    if (job) this.jobs.open.set(call, { ...job, touched: true });
  }

  private refundRepository(): RefundRepository {
    const rows = this.work.memory.table<Refund>();
    const copy = (row: Refund | undefined): Refund | null => (row ? { ...row } : null);
    const save = async (refund: Refund): Promise<void> => void rows.set(refund.returnId, { ...refund });
    return Object.assign(new RefundRepository(this.work), {
      find: async (id: string) => copy(rows.get(id)),
      add: save,
      save,
    });
  }
}
