import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import { Refund } from '../domain/refund';

/** The refunds of payments. They have no lock of their own: a change holds its payment's. */
@Injectable()
export class RefundRepository {
  constructor(private readonly work: UnitOfWork) {}

  find(returnId: string): Promise<Refund | null> {
    return this.work.manager.findOneBy(Refund, { returnId });
  }

  ofOrder(orderId: string): Promise<Refund[]> {
    return this.work.manager.find(Refund, { where: { orderId }, order: { returnId: 'asc' } });
  }

  async add(refund: Refund): Promise<void> {
    await this.work.manager.insert(Refund, refund);
  }

  async save(refund: Refund): Promise<void> {
    await this.work.manager.update(Refund, { returnId: refund.returnId }, { state: refund.state });
  }
}
