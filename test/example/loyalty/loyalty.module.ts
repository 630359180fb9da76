import { Module } from '@nestjs/common';
import { BoundedContext } from '../../../src/platform/index';
import { ExpirePoints } from './expire-points/expire-points.job';
import { ListAccountsController } from './list-accounts/list-accounts.controller';
import { ListAccountsReader } from './list-accounts/list-accounts.reader';
import { LoyaltySettings } from './loyalty.settings';
import { PlacedOrders } from './persistence/placed-orders';
import { PointsAccountRepository } from './persistence/points-account.repository';
import { PointsAccountSchema } from './persistence/points-account.schema';
import { GivePointsWhenOrderCompletes } from './reactions/give-points-when-order-completes';
import { RedeemPointsController } from './redeem-points/redeem-points.controller';
import { RedeemPointsHandler } from './redeem-points/redeem-points.handler';
import { HttpMailer, Mailer } from './thank/mailer';
import { ThankCustomer } from './thank/thank-customer.job';

/** Points for completed orders. */
@BoundedContext({ name: 'loyalty', entities: [PointsAccountSchema], settings: LoyaltySettings })
@Module({
  controllers: [RedeemPointsController, ListAccountsController],
  providers: [
    PointsAccountRepository,
    PlacedOrders,
    { provide: Mailer, useClass: HttpMailer },
    GivePointsWhenOrderCompletes,
    RedeemPointsHandler,
    ListAccountsReader,
    ThankCustomer,
    ExpirePoints,
  ],
})
export class LoyaltyModule {}
