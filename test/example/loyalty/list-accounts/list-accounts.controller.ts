import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageRequest } from '../../../../src/platform/http/paging';
import { ListAccounts, PointsAccountPageView } from './list-accounts.query';

@ApiTags('loyalty')
@Controller('points-accounts')
export class ListAccountsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ operationId: 'listPointsAccounts', summary: 'Lists points accounts by their customers' })
  @ApiOkResponse({ type: PointsAccountPageView })
  list(@Query() { limit, cursor }: PageRequest): Promise<PointsAccountPageView> {
    return this.queries.execute(new ListAccounts({ limit, cursor }));
  }
}
