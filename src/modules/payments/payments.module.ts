import { Module } from '@nestjs/common';
import { BoundedContext } from '../../platform/index';
import { AuthorisePaymentHandler } from './authorise-payment/authorise-payment.handler';
import { AuthoriseWithProvider } from './authorise-payment/authorise-with-provider.job';
import { CapturePaymentHandler } from './capture-payment/capture-payment.handler';
import { CaptureWithProvider } from './capture-payment/capture-with-provider.job';
import { PaymentsSettings } from './payments.settings';
import { CreditAccountRepository } from './persistence/credit-account.repository';
import { CreditAccountSchema } from './persistence/credit-account.schema';
import { CreditHoldRepository } from './persistence/credit-hold.repository';
import { CreditHoldSchema } from './persistence/credit-hold.schema';
import { PaymentRepository } from './persistence/payment.repository';
import { PaymentSchema } from './persistence/payment.schema';
import { RefundRepository } from './persistence/refund.repository';
import { RefundSchema } from './persistence/refund.schema';
import { PaymentProvider } from './provider/payment-provider';
import { ProviderRequests } from './provider/provider-requests';
import { SimulatedPaymentProvider } from './provider/simulated-payment-provider';
import { RefundWhenReturnAccepted } from './reactions/refund-when-return-accepted';
import { RefundWithProvider } from './refund-payment/refund-with-provider.job';
import { ReleaseCreditHandler } from './release-credit/release-credit.handler';
import { ReserveCreditHandler } from './reserve-credit/reserve-credit.handler';
import { SetCreditLimitController } from './set-credit-limit/set-credit-limit.controller';
import { SetCreditLimitHandler } from './set-credit-limit/set-credit-limit.handler';
import { ShowCreditAccountController } from './show-credit-account/show-credit-account.controller';
import { ShowCreditAccountReader } from './show-credit-account/show-credit-account.reader';
import { ShowCreditHoldController } from './show-credit-hold/show-credit-hold.controller';
import { ShowCreditHoldReader } from './show-credit-hold/show-credit-hold.reader';
import { ShowPaymentController } from './show-payment/show-payment.controller';
import { ShowPaymentReader } from './show-payment/show-payment.reader';
import { ShowTotalsController } from './show-totals/show-totals.controller';
import { ShowTotalsReader } from './show-totals/show-totals.reader';
import { VoidPaymentHandler } from './void-payment/void-payment.handler';
import { VoidWithProvider } from './void-payment/void-with-provider.job';

/** What customers may owe, and the money that moves. */
@BoundedContext({
  name: 'payments',
  owner: 'finance',
  entities: [CreditAccountSchema, CreditHoldSchema, PaymentSchema, RefundSchema],
  settings: PaymentsSettings,
})
@Module({
  controllers: [
    ShowTotalsController,
    ShowCreditAccountController,
    SetCreditLimitController,
    ShowCreditHoldController,
    ShowPaymentController,
  ],
  providers: [
    CreditAccountRepository,
    CreditHoldRepository,
    PaymentRepository,
    RefundRepository,
    ProviderRequests,
    { provide: PaymentProvider, useClass: SimulatedPaymentProvider },
    AuthoriseWithProvider,
    CaptureWithProvider,
    VoidWithProvider,
    RefundWithProvider,
    ReserveCreditHandler,
    ReleaseCreditHandler,
    SetCreditLimitHandler,
    AuthorisePaymentHandler,
    CapturePaymentHandler,
    VoidPaymentHandler,
    RefundWhenReturnAccepted,
    ShowCreditAccountReader,
    ShowCreditHoldReader,
    ShowPaymentReader,
    ShowTotalsReader,
  ],
})
export class PaymentsModule {}
