import { Body, Controller, Param, Patch, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiConflictResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, IfMatch, SafeToRepeat, setETag } from '../../../platform/http';
import { ChangeItem } from '../contracts/change-item.command';
import { ItemPath } from '../item-path.request';
import { ItemVersionView } from '../item.view';
import { ChangeItemRequest } from './change-item.request';

@ApiTags('catalog')
@Controller('items')
export class ChangeItemController {
  constructor(private readonly commands: CommandBus) {}

  @Patch(':itemId')
  @SafeToRepeat('it sets what it is given, and setting it again changes nothing')
  @ApiOperation({ operationId: 'changeItem', summary: 'Changes an item' })
  @ApiConflictResponse({ description: 'The item was withdrawn.' })
  @ApiOkResponse({ type: ItemVersionView, headers: answerHeaders('ETag') })
  async change(
    @Param() { itemId }: ItemPath,
    @Body() { name }: ChangeItemRequest,
    @IfMatch() expectedVersion: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ItemVersionView> {
    const { version } = await this.commands.execute(new ChangeItem({ itemId, name, expectedVersion }));
    setETag(response, version);
    return { itemId, version };
  }
}
