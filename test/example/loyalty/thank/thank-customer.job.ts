import { type DurableJob, type JobAttempt, JobHandler, UnitOfWork } from '../../../../src/platform/index';
import { Mailer } from './mailer';

export const THANK_CUSTOMER = 'loyalty.thank-customer';

interface Thanks {
  customerId: string;
  points: number;
}

@JobHandler(THANK_CUSTOMER, { timeoutMs: 5_000 })
export class ThankCustomer implements DurableJob<Thanks, void> {
  constructor(
    private readonly mailer: Mailer,
    private readonly work: UnitOfWork,
  ) {}

  /** Outside of any transaction, and perhaps more than once: always with the same idempotency key. */
  perform({ customerId, points }: Thanks, attempt: JobAttempt): Promise<void> {
    return this.mailer.thank(customerId, points, attempt);
  }

  /** Once, in a unit of work that also ends the job. */
  async complete({ customerId }: Thanks): Promise<void> {
    await this.work.manager.query(
      'insert into thanks (customer_id, mails) values ($1, 1) on conflict (customer_id) do update set mails = thanks.mails + 1',
      [customerId],
    );
  }
}
