import { Module } from '@nestjs/common';
import { CatalogModule } from './modules/catalog/catalog.module';
import { CustomersModule } from './modules/customers/customers.module';
import { InventoryModule } from './modules/inventory/inventory.module';
import { OrdersModule } from './modules/orders/orders.module';
import { PaymentsModule } from './modules/payments/payments.module';
import { PricingModule } from './modules/pricing/pricing.module';
import { ShippingModule } from './modules/shipping/shipping.module';

/** The bounded contexts, each with its own schema and role. */
@Module({
  imports: [CustomersModule, CatalogModule, PricingModule, InventoryModule, PaymentsModule, OrdersModule, ShippingModule],
})
export class AppModule {}
