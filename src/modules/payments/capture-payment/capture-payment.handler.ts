import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CapturePayment } from '../contracts/capture-payment.command';
import { PaymentRepository } from '../persistence/payment.repository';
import { ProviderRequests } from '../provider/provider-requests';

@CommandHandler(CapturePayment)
export class CapturePaymentHandler implements ICommandHandler<CapturePayment> {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly provider: ProviderRequests,
  ) {}

  async execute({ orderId }: CapturePayment): Promise<void> {
    const payment = await this.payments.lockOrCreate(orderId);
    const request = payment.capture();
    await this.payments.save(payment);
    await this.provider.ask(request, payment);
  }
}
