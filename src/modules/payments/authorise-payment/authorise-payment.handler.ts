import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Prefetching } from '../../../platform/index';
import { AuthorisePayment } from '../contracts/authorise-payment.command';
import { PaymentRepository } from '../persistence/payment.repository';
import { ProviderRequests } from '../provider/provider-requests';

@CommandHandler(AuthorisePayment)
export class AuthorisePaymentHandler
  implements ICommandHandler<AuthorisePayment>, Prefetching<AuthorisePayment>
{
  constructor(
    private readonly payments: PaymentRepository,
    private readonly provider: ProviderRequests,
  ) {}

  async prefetch(commands: readonly AuthorisePayment[]): Promise<void> {
    await this.payments.lockAll(commands.map(({ orderId }) => orderId));
  }

  async execute({ orderId, customerId, amount }: AuthorisePayment): Promise<void> {
    const payment = await this.payments.lockOrCreate(orderId);
    const request = payment.authorise(customerId, amount);
    await this.payments.save(payment);
    await this.provider.ask(request, payment);
  }
}
