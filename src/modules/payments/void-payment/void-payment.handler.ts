import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Prefetching } from '../../../platform/index';
import { VoidPayment } from '../contracts/void-payment.command';
import { PaymentRepository } from '../persistence/payment.repository';
import { ProviderRequests } from '../provider/provider-requests';

@CommandHandler(VoidPayment)
export class VoidPaymentHandler implements ICommandHandler<VoidPayment>, Prefetching<VoidPayment> {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly provider: ProviderRequests,
  ) {}

  async prefetch(commands: readonly VoidPayment[]): Promise<void> {
    await this.payments.lockAll(commands.map(({ orderId }) => orderId));
  }

  async execute({ orderId }: VoidPayment): Promise<void> {
    const payment = await this.payments.lockOrCreate(orderId);
    const unasked = payment.state === 'requested' && (await this.provider.withdrawAuthorisation(orderId));
    const request = payment.void(unasked);
    await this.payments.save(payment);
    await this.provider.ask(request, payment);
  }
}
