import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, setETag } from '../../../platform/http';
import { ItemPath } from '../item-path.request';
import { CatalogItemView } from '../item.view';
import { ShowItemReader } from './show-item.reader';

@ApiTags('catalog')
@Controller('items')
export class ShowItemController {
  constructor(private readonly reader: ShowItemReader) {}

  @Get(':itemId')
  @ApiOperation({ operationId: 'showItem', summary: 'Shows an item' })
  @ApiOkResponse({ type: CatalogItemView, headers: answerHeaders('ETag') })
  async show(
    @Param() { itemId }: ItemPath,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CatalogItemView> {
    const item = await this.reader.read(itemId);
    setETag(response, item.version);
    return item;
  }
}
