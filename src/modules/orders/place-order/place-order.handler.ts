import { CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { Labels } from '../../../platform/domain';
import { canonicalUuid } from '../../../platform/contracts';
import { Clock } from '../../../platform/index';
import { FindCustomer, type KnownCustomer } from '../../customers/contracts/find-customer.query';
import { ITEM_ID } from '../contracts/ordered-line';
import { PlaceOrder, type RequestedLine } from '../contracts/place-order.command';
import { decideLines, hasTrustedPrice, type LinesDecision, type Offer } from '../domain/decide-lines';
import {
  currencyProblem,
  customerUnknown,
  lineCountProblem,
  orderRefused,
  totalProblem,
} from '../domain/order-is-refused';
import { Order } from '../domain/order';
import { OrdersSettings } from '../orders.settings';
import { OrderRepository } from '../persistence/order.repository';
import { Offers } from './offers';

/**
 * Checks everything before it starts anything: either the order is placed as a whole, or every reason against
 * it is given.
 */
@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(
    private readonly orders: OrderRepository,
    private readonly offers: Offers,
    private readonly queries: QueryBus,
    private readonly settings: OrdersSettings,
    private readonly clock: Clock,
  ) {}

  async execute(command: PlaceOrder): Promise<{ orderId: string }> {
    return this.place(command);
  }

  /**
   * The same in the running unit of work, with what a client attaches to the order: the published command
   * knows nothing of that.
   */
  async place(
    { customerId, currency, lines: requested, salesChannel }: PlaceOrder,
    labels: Labels = Labels.none,
  ): Promise<{ orderId: string }> {
    const [customer, { lines, reasons }] = await Promise.all([
      this.findCustomer(customerId),
      this.decide(requested, currency),
    ]);
    const unknownCurrency = currencyProblem(currency);
    if (unknownCurrency) reasons.unshift(unknownCurrency);
    if (!customer) reasons.unshift(customerUnknown);
    if (!customer || reasons.length > 0) throw orderRefused(reasons);

    // The customer's id as its owner writes it, whatever the command says.
    const order = Order.place(
      { orderId: uuidv7(), customerId: customer.customerId, currency, lines, salesChannel, labels },
      this.clock.now(),
    );
    await this.orders.add(order);
    return { orderId: order.orderId };
  }

  /** Asked fresh: a customer may place an order right after registering. */
  private async findCustomer(given: string): Promise<KnownCustomer | null> {
    const customerId = canonicalUuid(given);
    return customerId === undefined ? null : this.queries.execute(new FindCustomer({ customerId }));
  }

  private async decide(requested: readonly RequestedLine[], currency: string): Promise<LinesDecision> {
    const tooFewOrMany = lineCountProblem(requested);
    if (tooFewOrMany) return { lines: [], reasons: [tooFewOrMany] };

    const { trustAgreedPrices } = this.settings;
    const decision = decideLines(requested, await this.offersFor(requested, currency), {
      currency,
      trustAgreedPrices,
    });
    const tooLarge = totalProblem(decision.lines);
    return tooLarge ? { ...decision, reasons: [...decision.reasons, tooLarge] } : decision;
  }

  private async offersFor(
    requested: readonly RequestedLine[],
    currency: string,
  ): Promise<Map<string, Offer>> {
    // What has not the form of an item's id is no item, and no module is asked about it.
    const possible = requested.filter((line) => ITEM_ID.test(line.itemId));
    if (possible.length === 0) return new Map();
    return this.offers.find({
      itemIds: new Set(possible.map((line) => line.itemId)),
      priced: new Set(
        possible.filter((line) => !hasTrustedPrice(line, this.settings)).map((line) => line.itemId),
      ),
      currency,
    });
  }
}
