import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { DEFAULT_CURRENCY } from '../../../platform/domain/currency';
import { exactly, isExact } from '../../../platform/domain/money';
import { Refusal } from '../../../platform/domain/refusal';
import { ShowCreditTotals, ShowPaymentTotals } from './show-totals.query';
import type { CreditTotalsView, HeldView, PaidView, PaymentTotalsView } from './totals.view';

/** Sums come back as text, because they may exceed what a number holds exactly. */
type AsText<T> = { [K in keyof T]: string };

@QueryHandler(ShowCreditTotals)
export class ShowCreditTotalsHandler implements IQueryHandler<ShowCreditTotals> {
  constructor(private readonly work: UnitOfWork) {}

  async execute(): Promise<CreditTotalsView> {
    const rows: AsText<HeldView>[] = await this.work.manager.query(
      'select currency, sum(held) as held from credit_accounts group by currency order by currency',
    );
    const currencies = rows.map(({ currency, held }) => ({ currency, held: total(held, currency) }));
    return { held: currencies.find(isDefault)?.held ?? 0, currencies };
  }
}

@QueryHandler(ShowPaymentTotals)
export class ShowPaymentTotalsHandler implements IQueryHandler<ShowPaymentTotals> {
  constructor(private readonly work: UnitOfWork) {}

  async execute(): Promise<PaymentTotalsView> {
    const rows: AsText<PaidView>[] = await this.work.manager.query(
      `select currency, sum(amount) as captured, sum(refunded) as refunded
       from payments where state = 'captured' group by currency order by currency`,
    );
    const [{ openJobs }]: [{ openJobs: number }] = await this.work.manager.query('select count(*)::int as "openJobs" from jobs');
    const currencies = rows.map(({ currency, captured, refunded }) => ({
      currency,
      captured: total(captured, currency),
      refunded: total(refunded, currency),
    }));
    const { captured, refunded } = currencies.find(isDefault) ?? { captured: 0, refunded: 0 };
    return { captured, refunded, openJobs, currencies };
  }
}

const isDefault = ({ currency }: { currency: string }): boolean => currency === DEFAULT_CURRENCY;

/** Each amount is exact; all of them together need not be. */
function total(sum: string, currency: string): number {
  const minorUnits = BigInt(sum);
  if (isExact(minorUnits)) return exactly(minorUnits);
  throw new Refusal('invalid', 'payments.total-too-large', `The total in ${currency} is too large to be exact.`);
}
