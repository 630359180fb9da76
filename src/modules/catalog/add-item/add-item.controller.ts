import { Body, Controller, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, Idempotency, IdempotencyContext } from '../../../platform/http';
import { AddItem } from '../contracts/add-item.command';
import { ItemVersionView } from '../item.view';
import { AddItemRequest } from './add-item.request';

@ApiTags('catalog')
@Controller('items')
export class AddItemController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @ApiOperation({ operationId: 'addItem', summary: 'Adds an item' })
  @ApiCreatedResponse({ type: ItemVersionView, headers: answerHeaders('Location') })
  async add(
    @Body() { itemId, name, stockTracked }: AddItemRequest,
    @IdempotencyContext('catalog') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ItemVersionView> {
    const added = await this.idempotency.once(context, () =>
      this.commands.execute(new AddItem({ itemId, name, stockTracked })),
    );
    response.location(`/items/${encodeURIComponent(added.itemId)}`);
    return added;
  }
}
