import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, Idempotency, IdempotencyContext } from '../../../platform/http';
import { AdjustStock } from '../contracts/adjust-stock.command';
import { ItemPath } from '../item-path.request';
import { StockLevelView } from '../stock-level.view';
import { AdjustStockRequest } from './adjust-stock.request';

@ApiTags('inventory')
@Controller('stock')
export class AdjustStockController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(':itemId/adjustments')
  @ApiOperation({ operationId: 'adjustStock', summary: 'Adjusts the stock of an item to what was counted' })
  @ApiCreatedResponse({ type: StockLevelView, headers: answerHeaders('Location') })
  async adjust(
    @Param() { itemId }: ItemPath,
    @Body() { quantity, reason }: AdjustStockRequest,
    @IdempotencyContext('inventory') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StockLevelView> {
    const level = await this.idempotency.once(context, () =>
      this.commands.execute(new AdjustStock({ itemId, quantity, reason })),
    );
    response.location(`/stock/${encodeURIComponent(itemId)}`);
    return level;
  }
}
