import { Type } from 'class-transformer';
import {
  IsArray,
  IsInstance,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { CommandContract, CommandMessage, Upcaster } from '../../../platform/contracts';
import { SALES_CHANNEL } from './sales-channel';

/**
 * A price that the caller says was agreed. Any whole number is well-formed; whether it is acceptable is a
 * rule of orders.
 */
export class AgreedPrice {
  @IsInt()
  readonly amount!: number;

  @IsString()
  @MaxLength(40)
  readonly currency!: string;

  static of(amount: number, currency: string): AgreedPrice {
    return Object.assign(new AgreedPrice(), { amount, currency });
  }
}

/**
 * One line as asked for. What is wrong with its content is refused line by line, not as a malformed message.
 */
export class RequestedLine {
  @IsString()
  readonly itemId!: string;

  @IsInt()
  readonly quantity!: number;

  /**
   * Honoured only where the process trusts its callers (`TRUST_AGREED_PRICES`); elsewhere the list price
   * counts.
   */
  @IsOptional()
  @IsInstance(AgreedPrice)
  @ValidateNested()
  @Type(() => AgreedPrice)
  readonly agreedUnitPrice?: AgreedPrice;

  static of(itemId: string, quantity: number, agreedUnitPrice?: AgreedPrice): RequestedLine {
    return Object.assign(new RequestedLine(), { itemId, quantity, agreedUnitPrice });
  }
}

/**
 * Places an order, or refuses it with one reason per bad line and starts nothing. The number of lines is a
 * rule of orders and therefore not bounded here; the HTTP layer's body limit bounds it.
 */
@CommandContract('orders.place-order', { version: 2, readableSince: 1 })
export class PlaceOrder extends CommandMessage<PlaceOrder, { orderId: string }> {
  @IsString()
  readonly customerId!: string;

  /** ISO 4217; all prices of the order are in it. */
  @IsString()
  @Matches(/^[A-Z]{3}$/, { message: 'currency must be an ISO 4217 code such as GBP' })
  readonly currency!: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => RequestedLine)
  readonly lines!: RequestedLine[];

  /** Where it is sold; `unknown` where it is not said. */
  @IsOptional()
  @IsString()
  @Matches(SALES_CHANNEL)
  readonly salesChannel?: string;
}

/** What has come since version 1 need not be said. */
@Upcaster('orders.place-order', { from: 1, to: 2 })
export class PlaceOrderInVersion2 {
  static upcast(order: object) {
    return order;
  }
}
