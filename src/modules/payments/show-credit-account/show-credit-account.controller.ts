import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiExtension, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Currency } from '../../../platform/domain';
import { answerHeaders, CurrencyRequest, setETag } from '../../../platform/http';
import { CustomerPath } from '../customer-path.request';
import { CreditAccountsView } from './credit-account.view';
import { ShowCreditAccountReader } from './show-credit-account.reader';

@ApiTags('payments')
@Controller('credit-accounts')
export class ShowCreditAccountController {
  constructor(private readonly reader: ShowCreditAccountReader) {}

  /** A customer who has never ordered in a currency has an account at its default limit. */
  @Get(':customerId')
  @ApiOperation({
    operationId: 'showCreditAccount',
    summary: "Shows a customer's credit account in one currency",
    description:
      'In GBP where no currency is named. `accounts` lists those of all currencies that were used.',
  })
  @ApiExtension('x-always-there', true)
  @ApiOkResponse({ type: CreditAccountsView, headers: answerHeaders('ETag') })
  async show(
    @Param() { customerId }: CustomerPath,
    @Query() { currency = Currency.default }: CurrencyRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CreditAccountsView> {
    const account = await this.reader.read(customerId, currency);
    setETag(response, account.revision);
    return account;
  }
}
