import { Module } from '@nestjs/common';
import { CatalogModule } from './modules/catalog/catalog.module';
import { FindItems } from './modules/catalog/contracts/find-items.query';
import { FindCustomerAddress } from './modules/customers/contracts/find-customer-address.query';
import { FindCustomer } from './modules/customers/contracts/find-customer.query';
import { CustomersModule } from './modules/customers/customers.module';
import { InventoryModule } from './modules/inventory/inventory.module';
import { OrdersModule } from './modules/orders/orders.module';
import { PaymentsModule } from './modules/payments/payments.module';
import { QuotePrices } from './modules/pricing/contracts/quote-prices.query';
import { PricingModule } from './modules/pricing/pricing.module';
import { ShippingModule } from './modules/shipping/shipping.module';
import { ApiInfo, ApplicationFolder, SynchronousCalls } from './platform/application';

/**
 * The bounded contexts, each with its own schema and role, and which of them waits for another one's answer.
 */
@ApplicationFolder(__dirname)
@ApiInfo({
  title: 'Seamline API',
  version: '0.1.0',
  description:
    'From an order to a completed, rejected or cancelled one, over all modules. Customers and orders keep your own `externalReference`, ' +
    'which no two of them have, and `metadata`: texts that are given back and not looked at.',
})
@SynchronousCalls({
  orders: [FindCustomer, FindItems, QuotePrices],
  inventory: [FindItems],
  shipping: [FindCustomerAddress],
})
@Module({
  imports: [
    CustomersModule,
    CatalogModule,
    PricingModule,
    InventoryModule,
    PaymentsModule,
    OrdersModule,
    ShippingModule,
  ],
})
export class AppModule {}
