import { Body, Controller, Param, Put, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiExtension, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Money } from '../../../platform/domain';
import { answerHeaders, IfMatch, SafeToRepeat, setETag } from '../../../platform/http';
import { SetPrice } from '../contracts/set-price.command';
import { PricePath } from '../price-path.request';
import { PriceView } from '../price.view';
import { SetPriceRequest } from './set-price.request';

@ApiTags('pricing')
@Controller('prices')
export class SetPriceController {
  constructor(private readonly commands: CommandBus) {}

  @Put(':itemId')
  @SafeToRepeat('it sets what it is given, and setting it again changes nothing')
  @ApiOperation({
    operationId: 'setPrice',
    summary: "Sets an item's price in one currency",
    description: 'Its prices in other currencies stay.',
  })
  @ApiExtension('x-always-there', true)
  @ApiOkResponse({ type: PriceView, headers: answerHeaders('ETag') })
  async set(
    @Param() { itemId }: PricePath,
    @Body() { unitPrice: { amount, currency } }: SetPriceRequest,
    @IfMatch() expectedVersion: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PriceView> {
    const unitPrice = Money.of(amount, currency);
    const { version } = await this.commands.execute(new SetPrice({ itemId, unitPrice, expectedVersion }));
    setETag(response, version);
    return { itemId, unitPrice, version };
  }
}
