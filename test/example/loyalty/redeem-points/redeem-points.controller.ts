import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Idempotency, IdempotencyContext } from '../../../../src/platform/http';
import { RedeemPoints } from '../contracts/redeem-points.command';
import { PointsAccountPath, PointsBalanceView, RedeemPointsRequest } from './redeem-points.request';

@ApiTags('loyalty')
@Controller('points-accounts')
export class RedeemPointsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(':customerId/redemptions')
  @ApiOperation({ operationId: 'redeemPoints', summary: 'Redeems points' })
  @ApiCreatedResponse({ type: PointsBalanceView })
  redeem(
    @Param() { customerId }: PointsAccountPath,
    @Body() { points }: RedeemPointsRequest,
    @IdempotencyContext('loyalty') context: IdempotencyContext,
  ): Promise<PointsBalanceView> {
    return this.idempotency.once(context, () =>
      this.commands.execute(new RedeemPoints({ customerId, points })),
    );
  }
}
