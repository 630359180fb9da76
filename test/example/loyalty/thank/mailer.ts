import { Injectable } from '@nestjs/common';
import type { JobAttempt } from '../../../../src/platform/index';
import { LoyaltySettings } from '../loyalty.settings';

/** Sends mails. A port, so that tests put something else there. */
export abstract class Mailer {
  abstract thank(
    customerId: string,
    points: number,
    attempt: Pick<JobAttempt, 'idempotencyKey' | 'signal'>,
  ): Promise<void>;
}

@Injectable()
export class HttpMailer extends Mailer {
  constructor(private readonly settings: LoyaltySettings) {
    super();
  }

  override async thank(
    customerId: string,
    points: number,
    { idempotencyKey, signal }: JobAttempt,
  ): Promise<void> {
    const response = await fetch(`${this.settings.mailUrl}/thanks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify({ customerId, points }),
      signal,
    });
    if (!response.ok) throw new Error(`The mail service answered ${response.status}.`);
  }
}
