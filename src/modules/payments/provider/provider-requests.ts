import { Injectable } from '@nestjs/common';
import type { Money } from '../../../platform/domain';
import { Jobs } from '../../../platform/index';
import type { Payment } from '../domain/payment';
import type { ProviderRequest } from '../domain/payment-transitions';
import type { Refund } from '../domain/refund';

export const AUTHORISE = 'payments.authorise';
export const CAPTURE = 'payments.capture';
export const VOID = 'payments.void';
export const REFUND = 'payments.refund';

export interface AuthoriseRequest {
  orderId: string;
  amount: Money;
}

export interface CaptureRequest {
  orderId: string;
  authorisationId: string;
  amount: Money;
}

export interface VoidRequest {
  orderId: string;
  authorisationId: string;
}

export interface RefundRequest {
  orderId: string;
  returnId: string;
  authorisationId: string;
  amount: Money;
}

/** Asks the payment provider: as durable jobs, so that it is asked if and only if the decision commits. */
@Injectable()
export class ProviderRequests {
  constructor(private readonly jobs: Jobs) {}

  /** Enqueues what a payment said must be asked for. */
  async ask(request: ProviderRequest | undefined, payment: Payment): Promise<void> {
    const { orderId } = payment;
    switch (request) {
      case undefined:
        return;
      case 'authorise':
        return this.jobs.enqueue({
          type: AUTHORISE,
          idempotencyKey: `${orderId}:authorise`,
          payload: { orderId, amount: payment.money() } satisfies AuthoriseRequest,
        });
      case 'capture':
        return this.jobs.enqueue({
          type: CAPTURE,
          idempotencyKey: `${orderId}:capture`,
          payload: {
            orderId,
            authorisationId: authorisationOf(payment),
            amount: payment.money(),
          } satisfies CaptureRequest,
        });
      case 'void':
        return this.jobs.enqueue({
          type: VOID,
          idempotencyKey: `${orderId}:void`,
          payload: { orderId, authorisationId: authorisationOf(payment) } satisfies VoidRequest,
        });
    }
  }

  refund({ orderId, returnId, amount }: Refund, payment: Payment): Promise<void> {
    return this.jobs.enqueue({
      type: REFUND,
      idempotencyKey: `${orderId}:refund:${returnId}`,
      payload: {
        orderId,
        returnId,
        authorisationId: authorisationOf(payment),
        amount: payment.money(amount),
      } satisfies RefundRequest,
    });
  }

  /**
   * Takes the request for an authorisation back. True when the provider has not heard of it and never will.
   */
  withdrawAuthorisation(orderId: string): Promise<boolean> {
    return this.jobs.withdraw(AUTHORISE, `${orderId}:authorise`);
  }
}

function authorisationOf({ orderId, authorisationId }: Payment): string {
  if (authorisationId === null) throw new Error(`The payment of order ${orderId} has no authorisation.`);
  return authorisationId;
}
