import { Module } from '@nestjs/common';
import { BoundedContext } from '../../platform/index';
import { ChangeAddressController } from './change-address/change-address.controller';
import { ChangeAddressHandler } from './change-address/change-address.handler';
import { FindCustomerAddressHandler } from './find-customer/find-customer-address.handler';
import { FindCustomerHandler } from './find-customer/find-customer.handler';
import { ListCustomersController } from './list-customers/list-customers.controller';
import { ListCustomersReader } from './list-customers/list-customers.reader';
import { CustomerRepository } from './persistence/customer.repository';
import { CustomerSchema } from './persistence/customer.schema';
import { RegisterCustomerController } from './register-customer/register-customer.controller';
import { RegisterCustomerHandler } from './register-customer/register-customer.handler';
import { ShowCustomerController } from './show-customer/show-customer.controller';
import { ShowCustomerReader } from './show-customer/show-customer.reader';

/** Who our customers are and where they live. */
@BoundedContext({ name: 'customers', owner: 'customer care', entities: [CustomerSchema] })
@Module({
  controllers: [
    RegisterCustomerController,
    ListCustomersController,
    ShowCustomerController,
    ChangeAddressController,
  ],
  providers: [
    CustomerRepository,
    RegisterCustomerHandler,
    ChangeAddressHandler,
    ShowCustomerReader,
    ListCustomersReader,
    FindCustomerHandler,
    FindCustomerAddressHandler,
  ],
})
export class CustomersModule {}
