import { Controller, Get, Param, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { setETag } from '../../../platform/http/if-match';
import { CustomerPath } from '../customer-path.request';
import { CreditAccountView } from './credit-account.view';
import { ShowCreditAccount } from './show-credit-account.query';

@ApiTags('payments')
@Controller('credit-accounts')
export class ShowCreditAccountController {
  constructor(private readonly queries: QueryBus) {}

  /** A customer who has never ordered has an account at the default limit. */
  @Get(':customerId')
  @ApiOkResponse({ type: CreditAccountView })
  async show(@Param() { customerId }: CustomerPath, @Res({ passthrough: true }) response: Response): Promise<CreditAccountView> {
    const account = await this.queries.execute(new ShowCreditAccount({ customerId }));
    setETag(response, account.revision);
    return account;
  }
}
