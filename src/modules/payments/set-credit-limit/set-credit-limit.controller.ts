import { Body, Controller, Param, Put, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiExtension, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Money } from '../../../platform/domain';
import { answerHeaders, IfMatch, SafeToRepeat, setETag } from '../../../platform/http';
import { SetCreditLimit } from '../contracts/set-credit-limit.command';
import { CustomerPath } from '../customer-path.request';
import { CreditAccountsView } from '../show-credit-account/credit-account.view';
import { ShowCreditAccountReader } from '../show-credit-account/show-credit-account.reader';
import { SetCreditLimitRequest } from './set-credit-limit.request';

@ApiTags('payments')
@Controller('credit-accounts')
export class SetCreditLimitController {
  constructor(
    private readonly commands: CommandBus,
    private readonly reader: ShowCreditAccountReader,
  ) {}

  @Put(':customerId')
  @SafeToRepeat('it sets what it is given, and setting it again changes nothing')
  @ApiOperation({
    operationId: 'setCreditLimit',
    summary: "Sets a customer's credit limit in one currency",
    description: 'The accounts in other currencies stay as they are.',
  })
  @ApiExtension('x-always-there', true)
  @ApiOkResponse({ type: CreditAccountsView, headers: answerHeaders('ETag') })
  async set(
    @Param() { customerId }: CustomerPath,
    @Body() { limit: { amount, currency } }: SetCreditLimitRequest,
    @IfMatch() expectedRevision: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CreditAccountsView> {
    await this.commands.execute(
      new SetCreditLimit({ customerId, limit: Money.of(amount, currency), expectedRevision }),
    );
    const account = await this.reader.read(customerId, currency);
    setETag(response, account.revision);
    return account;
  }
}
