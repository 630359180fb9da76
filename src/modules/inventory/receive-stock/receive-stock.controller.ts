import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, Idempotency, IdempotencyContext } from '../../../platform/http';
import { ReceiveStock } from '../contracts/receive-stock.command';
import { ItemPath } from '../item-path.request';
import { StockLevelView } from '../stock-level.view';
import { ReceiveStockRequest } from './receive-stock.request';

@ApiTags('inventory')
@Controller('stock')
export class ReceiveStockController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(':itemId/receipts')
  @ApiOperation({ operationId: 'receiveStock', summary: 'Receives stock of an item' })
  @ApiCreatedResponse({ type: StockLevelView, headers: answerHeaders('Location') })
  async receive(
    @Param() { itemId }: ItemPath,
    @Body() { quantity }: ReceiveStockRequest,
    @IdempotencyContext('inventory') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StockLevelView> {
    const level = await this.idempotency.once(context, () =>
      this.commands.execute(new ReceiveStock({ itemId, quantity })),
    );
    response.location(`/stock/${encodeURIComponent(itemId)}`);
    return level;
  }
}
