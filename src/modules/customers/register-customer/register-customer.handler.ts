import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { RegisterCustomer } from '../contracts/register-customer.command';
import { Customer } from '../domain/customer';
import { CustomerRepository } from '../persistence/customer.repository';

@CommandHandler(RegisterCustomer)
export class RegisterCustomerHandler implements ICommandHandler<RegisterCustomer> {
  constructor(private readonly customers: CustomerRepository) {}

  async execute({ name, email, address }: RegisterCustomer): Promise<{ customerId: string }> {
    const customer = Customer.register({ customerId: uuidv7(), name, email, address });
    await this.customers.add(customer);
    return { customerId: customer.customerId };
  }
}
