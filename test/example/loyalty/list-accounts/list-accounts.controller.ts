import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageRequest } from '../../../../src/platform/http';
import { ListAccountsReader } from './list-accounts.reader';
import { PointsAccountPageView } from './points-account.view';

@ApiTags('loyalty')
@Controller('points-accounts')
export class ListAccountsController {
  constructor(private readonly reader: ListAccountsReader) {}

  @Get()
  @ApiOperation({ operationId: 'listPointsAccounts', summary: 'Lists points accounts by their customers' })
  @ApiOkResponse({ type: PointsAccountPageView })
  list(@Query() request: PageRequest): Promise<PointsAccountPageView> {
    return this.reader.read(request);
  }
}
