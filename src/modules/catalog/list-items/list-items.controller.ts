import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageRequest } from '../../../platform/http/paging';
import { CatalogPageView } from '../item.view';
import { ListItems } from './list-items.query';

@ApiTags('catalog')
@Controller('items')
export class ListItemsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ operationId: 'listItems', summary: 'Lists items by their ids' })
  @ApiOkResponse({ type: CatalogPageView })
  list(@Query() { limit, cursor }: PageRequest): Promise<CatalogPageView> {
    return this.queries.execute(new ListItems({ limit, cursor }));
  }
}
