import { CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { Clock, type Prefetching } from '../../../platform/index';
import type { Address } from '../../customers/contracts/address';
import { FindCustomerAddress } from '../../customers/contracts/find-customer-address.query';
import { PrepareShipment } from '../contracts/prepare-shipment.command';
import { Shipment } from '../domain/shipment';
import { AddressCopies } from '../persistence/address-copies';
import { ShipmentRepository } from '../persistence/shipment.repository';

@CommandHandler(PrepareShipment)
export class PrepareShipmentHandler
  implements ICommandHandler<PrepareShipment>, Prefetching<PrepareShipment>
{
  constructor(
    private readonly shipments: ShipmentRepository,
    private readonly copies: AddressCopies,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async prefetch(commands: readonly PrepareShipment[]): Promise<void> {
    await this.shipments.lockOfOrders(commands.map(({ orderId }) => orderId));
    await this.copies.prefetch(commands.map(({ customerId }) => customerId));
  }

  async execute({ orderId, customerId, lines }: PrepareShipment): Promise<void> {
    if (await this.shipments.lockOfOrder(orderId)) return;
    const address = await this.addressOf(customerId);
    await this.shipments.add(
      Shipment.prepare({ shipmentId: uuidv7(), orderId, customerId, lines }, address, this.clock.now()),
    );
  }

  /**
   * The news of a customer may still be on its way here, so its owner is asked before the shipment fails for
   * want of an address.
   */
  private async addressOf(customerId: string): Promise<Address | null> {
    return (
      (await this.copies.find(customerId)) ??
      (await this.queries.execute(new FindCustomerAddress({ customerId })))
    );
  }
}
