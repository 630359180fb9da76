import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/unit-of-work/unit-of-work';
import { CreditHold } from '../domain/credit-hold';
import { OrderKeyedRepository } from './order-keyed.repository';

@Injectable()
export class CreditHoldRepository extends OrderKeyedRepository<CreditHold> {
  constructor(work: UnitOfWork) {
    super(work, CreditHold, (orderId) => CreditHold.unknown(orderId));
  }
}
