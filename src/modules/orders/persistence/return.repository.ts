import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import type { ReturnAccepted } from '../contracts/return-accepted.event';

/** Keeps accepted returns. They never change, so that a row is all there is. */
@Injectable()
export class ReturnRepository {
  constructor(private readonly work: UnitOfWork) {}

  async add(
    { returnId, orderId, lines, refund }: ReturnAccepted,
    requestedLines: number,
    acceptedAt: Date,
  ): Promise<void> {
    await this.work.manager.query(
      `insert into order_returns (return_id, order_id, lines, requested_lines, refund, currency, accepted_at) values ($1, $2, $3, $4, $5, $6, $7)`,
      [returnId, orderId, JSON.stringify(lines), requestedLines, refund.amount, refund.currency, acceptedAt],
    );
  }
}
