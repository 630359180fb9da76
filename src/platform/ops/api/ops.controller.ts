import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { IsOptional, IsString, Length } from 'class-validator';
import {
  type HeldMessageView,
  SubscriptionOperations,
  type SubscriptionStatus,
} from '../../messaging/subscriptions/subscription-operations';

export class RedriveRequest {
  /** Only this key; every parked key when absent. */
  @IsOptional()
  @IsString()
  @Length(1, 200)
  readonly subject?: string;
}

/** What an operator sees and does, over HTTP. The same code as `npm run ops`. */
@Controller('ops/api')
export class OpsController {
  constructor(private readonly operations: SubscriptionOperations) {}

  @Get('subscriptions')
  async subscriptions(): Promise<{ items: SubscriptionStatus[] }> {
    return { items: await this.operations.list() };
  }

  @Get('held-messages')
  async heldMessages(): Promise<{ items: HeldMessageView[] }> {
    return { items: await this.operations.held() };
  }

  @Post('subscriptions/:name/pause')
  @HttpCode(204)
  pause(@Param('name') name: string): Promise<void> {
    return this.operations.pause(name);
  }

  @Post('subscriptions/:name/resume')
  @HttpCode(204)
  resume(@Param('name') name: string): Promise<void> {
    return this.operations.resume(name);
  }

  @Post('subscriptions/:name/redrive')
  @HttpCode(200)
  async redrive(@Param('name') name: string, @Body() { subject }: RedriveRequest): Promise<{ redriven: number }> {
    return { redriven: await this.operations.redrive(name, subject) };
  }

  @Get('messages/totals')
  totals(): ReturnType<SubscriptionOperations['totals']> {
    return this.operations.totals();
  }

  @Get('at-rest')
  atRest(): ReturnType<SubscriptionOperations['atRest']> {
    return this.operations.atRest();
  }
}
