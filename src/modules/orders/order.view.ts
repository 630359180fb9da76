import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { LabelsView, MoneyView, PageView } from '../../platform/http';
import { ORDER_STATES, type OrderState } from './domain/order-state';

export class OrderLineView {
  @ApiProperty({ example: '85123A' })
  readonly itemId!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly quantity!: number;

  @ApiProperty({ description: 'The price at which the order was placed.' })
  readonly unitPrice!: MoneyView;

  @ApiProperty({ description: 'False for a service.' })
  readonly stockTracked!: boolean;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'How much of the quantity has come back.' })
  readonly returned!: number;
}

export class HistoryEntryView {
  @ApiProperty({ enum: ORDER_STATES })
  readonly state!: OrderState;

  @ApiProperty({ format: 'date-time' })
  readonly at!: string;

  @ApiPropertyOptional({ example: 'credit-refused' })
  readonly reason?: string;
}

/** An order as a list shows it. */
export class OrderSummaryView extends LabelsView {
  @ApiProperty({ format: 'uuid' })
  readonly orderId!: string;

  @ApiProperty({ format: 'uuid' })
  readonly customerId!: string;

  @ApiProperty({ enum: ORDER_STATES })
  readonly state!: OrderState;

  @ApiProperty()
  readonly total!: MoneyView;

  @ApiProperty({ format: 'date-time' })
  readonly placedAt!: string;
}

/**
 * An order as the API shows it. Its ETag is made of its messages and of the entries of its history, so that
 * every step changes it.
 */
export class OrderView extends OrderSummaryView {
  @ApiProperty({ description: 'Where it was sold; `unknown` where that was not said.', example: 'wholesale' })
  readonly salesChannel!: string;

  @ApiProperty({ type: [OrderLineView] })
  readonly lines!: OrderLineView[];

  @ApiProperty({
    type: [HistoryEntryView],
    description: 'Every state the order has been in, the last one being the current.',
  })
  readonly history!: HistoryEntryView[];
}

/** What is known of an order right after it was asked for something. */
export class OrderStateView {
  @ApiProperty({ format: 'uuid' })
  readonly orderId!: string;

  @ApiProperty({ enum: ORDER_STATES })
  readonly state!: OrderState;
}

/** An order as it was just placed. */
export class PlacedOrderView extends LabelsView {
  @ApiProperty({ format: 'uuid' })
  readonly orderId!: string;

  @ApiProperty({ enum: ORDER_STATES })
  readonly state!: OrderState;
}

export class ReturnedLineView {
  @ApiProperty({ example: '85123A' })
  readonly itemId!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly quantity!: number;

  @ApiProperty({ description: 'What is refunded for each.' })
  readonly unitPrice!: MoneyView;

  @ApiProperty()
  readonly stockTracked!: boolean;
}

/** The answer to an accepted return. */
export class AcceptedReturnView {
  @ApiProperty({ format: 'uuid' })
  readonly returnId!: string;

  @ApiProperty()
  readonly refund!: MoneyView;
}

/** An accepted return. */
export class ReturnView {
  @ApiProperty({ format: 'uuid' })
  readonly returnId!: string;

  @ApiProperty({ format: 'uuid' })
  readonly orderId!: string;

  @ApiProperty()
  readonly refund!: MoneyView;

  @ApiProperty({ format: 'date-time' })
  readonly acceptedAt!: string;

  @ApiProperty({
    type: [ReturnedLineView],
    description: "One entry per line of the order that items were taken from, at that line's price.",
  })
  readonly lines!: ReturnedLineView[];
}

export class OrderTotalsView {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'How many orders are in each state; states without orders are left out.',
  })
  readonly byState!: Partial<Record<OrderState, number>>;

  @ApiProperty({ type: 'integer', description: 'Accepted returns.' })
  readonly returns!: number;

  @ApiProperty({ type: 'integer', description: 'Their lines, as they were asked for.' })
  readonly returnedLines!: number;
}

export class OrderCountView {
  @ApiProperty({ type: 'integer', minimum: 0 })
  readonly orders!: number;

  @ApiProperty({
    description:
      'False where there are more: then `orders` is what was counted up to, and there are at least so many.',
  })
  readonly exact!: boolean;
}

/** A page of orders. */
export class OrderPageView extends PageView {
  @ApiProperty({ type: [OrderSummaryView] })
  readonly items!: OrderSummaryView[];

  @ApiPropertyOptional({
    description: 'How many orders meet the filters, on all pages together; with `count=true`.',
  })
  readonly count?: OrderCountView;
}

/** A page of returns. */
export class ReturnPageView extends PageView {
  @ApiProperty({ type: [ReturnView] })
  readonly items!: ReturnView[];
}
