import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Labels } from '../../../platform/domain';
import { answerHeaders, Idempotency, IdempotencyContext } from '../../../platform/http';
import { RegisterCustomer } from '../contracts/register-customer.command';
import { RegisteredCustomerView } from '../customer.view';
import { RegisterCustomerHandler } from './register-customer.handler';
import { RegisterCustomerRequest } from './register-customer.request';

@ApiTags('customers')
@Controller('customers')
export class RegisterCustomerController {
  constructor(
    private readonly handler: RegisterCustomerHandler,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @ApiOperation({ operationId: 'registerCustomer', summary: 'Registers a customer' })
  @ApiCreatedResponse({ type: RegisteredCustomerView, headers: answerHeaders('Location') })
  async register(
    @Body() request: RegisterCustomerRequest,
    @IdempotencyContext('customers') context: IdempotencyContext,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RegisteredCustomerView> {
    const { name, email, address } = request;
    const registered = await this.idempotency.once(context, async () => {
      const labels = Labels.of(request);
      const { customerId } = await this.handler.register(
        new RegisterCustomer({ name, email, address }),
        labels,
      );
      return { customerId, ...labels };
    });
    response.location(`/customers/${registered.customerId}`);
    return registered;
  }
}
