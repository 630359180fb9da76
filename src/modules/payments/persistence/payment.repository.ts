import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import { Payment } from '../domain/payment';
import { OrderKeyedRepository } from './order-keyed.repository';

@Injectable()
export class PaymentRepository extends OrderKeyedRepository<Payment> {
  constructor(work: UnitOfWork) {
    super(work, Payment, (orderId) => Payment.unknown(orderId));
  }
}
