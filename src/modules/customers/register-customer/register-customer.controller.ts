import { Body, Controller, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { LOCATION } from '../../../platform/http/answer-headers';
import { Idempotency, IdempotencyContext } from '../../../platform/http/idempotency';
import { RegisterCustomer } from '../contracts/register-customer.command';
import { RegisteredCustomerView } from '../customer.view';
import { RegisterCustomerRequest } from './register-customer.request';

@ApiTags('customers')
@Controller('customers')
export class RegisterCustomerController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @ApiOperation({ operationId: 'registerCustomer', summary: 'Registers a customer' })
  @ApiCreatedResponse({ type: RegisteredCustomerView, headers: LOCATION })
  async register(
    @Body() { name, email, address }: RegisterCustomerRequest,
    @IdempotencyContext('customers') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RegisteredCustomerView> {
    const registered = await this.idempotency.once(context, () => this.commands.execute(new RegisterCustomer({ name, email, address })));
    response.location(`/customers/${registered.customerId}`);
    return registered;
  }
}
