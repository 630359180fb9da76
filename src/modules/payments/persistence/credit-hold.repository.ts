import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import { CreditHold } from '../domain/credit-hold';
import { OrderKeyedRepository } from './order-keyed.repository';

@Injectable()
export class CreditHoldRepository extends OrderKeyedRepository<CreditHold> {
  constructor(work: UnitOfWork) {
    super(work, CreditHold, (orderId) => CreditHold.unknown(orderId));
  }
}
