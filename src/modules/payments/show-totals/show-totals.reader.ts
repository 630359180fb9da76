import { Injectable } from '@nestjs/common';
import { Currency, Money, Refusal } from '../../../platform/domain';
import { UnitOfWork } from '../../../platform/index';
import type { CreditTotalsView, HeldView, PaidView, PaymentTotalsView } from './totals.view';

/** Sums come back as text, because they may exceed what a number holds exactly. */
type AsText<T> = { [K in keyof T]: string };

/**
 * Reads all open credit holds together, and all payments. Refuses a total that a number does not hold
 * exactly.
 */
@Injectable()
export class ShowTotalsReader {
  constructor(private readonly work: UnitOfWork) {}

  async credit(): Promise<CreditTotalsView> {
    const rows = await this.query<AsText<HeldView>>(
      'select currency, sum(held) as held from credit_accounts group by currency order by currency',
    );
    const currencies = rows.map(({ currency, held }) => ({ currency, held: total(held, currency) }));
    return { held: currencies.find(isDefault)?.held ?? 0, currencies };
  }

  async payments(): Promise<PaymentTotalsView> {
    const rows = await this.query<AsText<PaidView>>(
      `select currency, sum(amount) as captured, sum(refunded) as refunded
       from payments where state = 'captured' group by currency order by currency`,
    );
    const [{ openJobs }] = await this.query<{ openJobs: number }>(
      'select count(*)::int as "openJobs" from jobs',
    );
    const currencies = rows.map(({ currency, captured, refunded }) => ({
      currency,
      captured: total(captured, currency),
      refunded: total(refunded, currency),
    }));
    const { captured, refunded } = currencies.find(isDefault) ?? { captured: 0, refunded: 0 };
    return { captured, refunded, openJobs, currencies };
  }

  private query<Row>(sql: string): Promise<Row[]> {
    return this.work.read('payments', () => this.work.manager.query<Row[]>(sql));
  }
}

const isDefault = ({ currency }: { currency: string }): boolean => currency === Currency.default;

/** Each amount is exact; all of them together need not be. */
function total(sum: string, currency: string): number {
  const minorUnits = BigInt(sum);
  if (Money.isExact(minorUnits)) return Money.exactly(minorUnits);
  throw new Refusal(
    'invalid',
    'payments.total-too-large',
    `The total in ${currency} is too large to be exact.`,
  );
}
