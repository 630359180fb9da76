import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Refusal } from '../../../platform/domain/refusal';
import { CreditHoldRepository } from '../persistence/credit-hold.repository';
import type { CreditHoldView } from './credit-hold.view';
import { ShowCreditHold } from './show-credit-hold.query';

@QueryHandler(ShowCreditHold)
export class ShowCreditHoldHandler implements IQueryHandler<ShowCreditHold> {
  constructor(private readonly holds: CreditHoldRepository) {}

  async execute({ orderId }: ShowCreditHold): Promise<CreditHoldView> {
    const hold = await this.holds.find(orderId);
    if (!hold) throw new Refusal('unknown', 'payments.credit-hold-unknown', `No credit was asked for by an order ${orderId}.`);
    const { customerId, state, amount, currency } = hold;
    return { orderId, customerId, state, amount, currency };
  }
}
