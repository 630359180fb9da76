import { Injectable } from '@nestjs/common';
import { Refusal } from '../../../platform/domain';
import { UnitOfWork } from '../../../platform/index';
import { CreditHoldRepository } from '../persistence/credit-hold.repository';
import type { CreditHoldView } from './credit-hold.view';

/** Reads the credit hold of one order. Refuses an order for which no credit was asked. */
@Injectable()
export class ShowCreditHoldReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly holds: CreditHoldRepository,
  ) {}

  async read(orderId: string): Promise<CreditHoldView> {
    const hold = await this.work.read('payments', () => this.holds.find(orderId));
    if (!hold)
      throw new Refusal(
        'unknown',
        'payments.credit-hold-unknown',
        `No credit was asked for by an order ${orderId}.`,
      );
    const { customerId, state, amount, currency } = hold;
    return { orderId, customerId, state, amount, currency };
  }
}
