import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { ShowCreditTotals, ShowPaymentTotals } from './show-totals.query';
import type { CreditTotalsView, PaymentTotalsView } from './totals.view';

/** Sums come back as text, because they may exceed what a number holds exactly; the ones here do not. */
type AsText<T> = { [K in keyof T]: string };

@QueryHandler(ShowCreditTotals)
export class ShowCreditTotalsHandler implements IQueryHandler<ShowCreditTotals> {
  constructor(private readonly work: UnitOfWork) {}

  async execute(): Promise<CreditTotalsView> {
    const [{ held }]: [AsText<CreditTotalsView>] = await this.work.manager.query(
      'select coalesce(sum(held), 0) as held from credit_accounts',
    );
    return { held: Number(held) };
  }
}

@QueryHandler(ShowPaymentTotals)
export class ShowPaymentTotalsHandler implements IQueryHandler<ShowPaymentTotals> {
  constructor(private readonly work: UnitOfWork) {}

  async execute(): Promise<PaymentTotalsView> {
    const [{ captured, refunded, openJobs }]: [AsText<PaymentTotalsView>] = await this.work.manager.query(
      `select coalesce(sum(amount), 0) as captured, coalesce(sum(refunded), 0) as refunded, (select count(*) from jobs) as "openJobs"
       from payments where state = 'captured'`,
    );
    return { captured: Number(captured), refunded: Number(refunded), openJobs: Number(openJobs) };
  }
}
