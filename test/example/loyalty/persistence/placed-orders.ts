import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../../src/platform/index';

/** What loyalty remembers of an order: a copy, kept by the reaction that needs it. */
export interface PlacedOrder {
  customerId: string;
  /** In minor units. */
  total: number;
}

@Injectable()
export class PlacedOrders {
  constructor(private readonly work: UnitOfWork) {}

  async keep(orderId: string, { customerId, total }: PlacedOrder): Promise<void> {
    await this.work.manager.query(
      'insert into placed_orders (order_id, customer_id, total) values ($1, $2, $3)',
      [orderId, customerId, total],
    );
  }

  async find(orderId: string): Promise<PlacedOrder | undefined> {
    const rows = await this.work.manager.query<PlacedOrder[]>(
      'select customer_id as "customerId", total::float8 as total from placed_orders where order_id = $1',
      [orderId],
    );
    return rows[0];
  }
}
