import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ChangeAddress } from '../contracts/change-address.command';
import { customerUnknown } from '../domain/customer-unknown';
import { CustomerRepository } from '../persistence/customer.repository';

@CommandHandler(ChangeAddress)
export class ChangeAddressHandler implements ICommandHandler<ChangeAddress> {
  constructor(private readonly customers: CustomerRepository) {}

  async execute({ customerId, address, expectedVersion }: ChangeAddress): Promise<{ version: number }> {
    const customer = await this.customers.lock(customerId);
    if (!customer) throw customerUnknown();
    customer.changeAddress(address, expectedVersion);
    await this.customers.save(customer);
    return { version: customer.version };
  }
}
