import { Body, Controller, Param, Put, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { IfMatch, setETag } from '../../../platform/http/if-match';
import { SetCreditLimit } from '../contracts/set-credit-limit.command';
import { CustomerPath } from '../customer-path.request';
import { CreditAccountView } from '../show-credit-account/credit-account.view';
import { ShowCreditAccount } from '../show-credit-account/show-credit-account.query';
import { SetCreditLimitRequest } from './set-credit-limit.request';

@ApiTags('payments')
@Controller('credit-accounts')
export class SetCreditLimitController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Put(':customerId')
  @ApiOkResponse({ type: CreditAccountView })
  async set(
    @Param() { customerId }: CustomerPath,
    @Body() { limit }: SetCreditLimitRequest,
    @IfMatch() expectedRevision: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CreditAccountView> {
    await this.commands.execute(new SetCreditLimit({ customerId, limit, expectedRevision }));
    const account = await this.queries.execute(new ShowCreditAccount({ customerId }));
    setETag(response, account.revision);
    return account;
  }
}
