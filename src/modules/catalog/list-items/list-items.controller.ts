import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type Page, PageRequest } from '../../../platform/http/paging';
import type { CatalogItemView } from '../item.view';
import { ListItems } from './list-items.query';

@ApiTags('catalog')
@Controller('items')
export class ListItemsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  list(@Query() { limit, cursor }: PageRequest): Promise<Page<CatalogItemView>> {
    return this.queries.execute(new ListItems({ limit, cursor }));
  }
}
