import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import type { CreditTotalsView, PaymentTotalsView } from './totals.view';

/** The open credit holds of all customers together. */
@QueryContract('payments.show-credit-totals', { version: 1 })
export class ShowCreditTotals extends QueryMessage<ShowCreditTotals, CreditTotalsView> {}

/** All payments together. */
@QueryContract('payments.show-payment-totals', { version: 1 })
export class ShowPaymentTotals extends QueryMessage<ShowPaymentTotals, PaymentTotalsView> {}
