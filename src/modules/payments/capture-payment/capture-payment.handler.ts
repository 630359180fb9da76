import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Prefetching } from '../../../platform/index';
import { CapturePayment } from '../contracts/capture-payment.command';
import { PaymentRepository } from '../persistence/payment.repository';
import { ProviderRequests } from '../provider/provider-requests';

@CommandHandler(CapturePayment)
export class CapturePaymentHandler implements ICommandHandler<CapturePayment>, Prefetching<CapturePayment> {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly provider: ProviderRequests,
  ) {}

  async prefetch(commands: readonly CapturePayment[]): Promise<void> {
    await this.payments.lockAll(commands.map(({ orderId }) => orderId));
  }

  async execute({ orderId }: CapturePayment): Promise<void> {
    const payment = await this.payments.lockOrCreate(orderId);
    const request = payment.capture();
    await this.payments.save(payment);
    await this.provider.ask(request, payment);
  }
}
