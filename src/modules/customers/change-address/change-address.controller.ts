import { Body, Controller, Param, Put, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, IfMatch, SafeToRepeat, setETag } from '../../../platform/http';
import { ChangeAddress } from '../contracts/change-address.command';
import { CustomerPath } from '../customer-path.request';
import { AddressView, CustomerVersionView } from '../customer.view';

@ApiTags('customers')
@Controller('customers')
export class ChangeAddressController {
  constructor(private readonly commands: CommandBus) {}

  /** Replaces the whole address: a part that is left out is gone. */
  @Put(':customerId/address')
  @SafeToRepeat('it sets what it is given, and setting it again changes nothing')
  @ApiOperation({ operationId: 'changeAddress', summary: "Changes a customer's address" })
  @ApiOkResponse({ type: CustomerVersionView, headers: answerHeaders('ETag') })
  async change(
    @Param() { customerId }: CustomerPath,
    @Body() address: AddressView,
    @IfMatch() expectedVersion: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CustomerVersionView> {
    const { version } = await this.commands.execute(
      new ChangeAddress({ customerId, address, expectedVersion }),
    );
    setETag(response, version);
    return { customerId, version };
  }
}
