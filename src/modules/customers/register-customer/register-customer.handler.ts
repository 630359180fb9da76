import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { Labels } from '../../../platform/domain';
import { RegisterCustomer } from '../contracts/register-customer.command';
import { Customer } from '../domain/customer';
import { CustomerRepository } from '../persistence/customer.repository';

@CommandHandler(RegisterCustomer)
export class RegisterCustomerHandler implements ICommandHandler<RegisterCustomer> {
  constructor(private readonly customers: CustomerRepository) {}

  async execute(command: RegisterCustomer): Promise<{ customerId: string }> {
    const { customerId } = await this.register(command);
    return { customerId };
  }

  /**
   * The same in the running unit of work, with what a client attaches to the customer: the published command
   * knows nothing of that.
   */
  async register(
    { name, email, address }: RegisterCustomer,
    labels: Labels = Labels.none,
  ): Promise<Customer> {
    const customer = Customer.register({ customerId: uuidv7(), name, email, address, labels });
    await this.customers.add(customer);
    return customer;
  }
}
