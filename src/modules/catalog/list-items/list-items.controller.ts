import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageRequest } from '../../../platform/http';
import { CatalogPageView } from '../item.view';
import { ListItemsReader } from './list-items.reader';

@ApiTags('catalog')
@Controller('items')
export class ListItemsController {
  constructor(private readonly reader: ListItemsReader) {}

  @Get()
  @ApiOperation({ operationId: 'listItems', summary: 'Lists items by their ids' })
  @ApiOkResponse({ type: CatalogPageView })
  list(@Query() request: PageRequest): Promise<CatalogPageView> {
    return this.reader.read(request);
  }
}
