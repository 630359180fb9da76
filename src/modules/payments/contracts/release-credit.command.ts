import { IsUUID } from 'class-validator';
import { CommandContract, CommandMessage } from '../../../platform/contracts';

/** Gives the order's credit hold back. Always answered by `CreditReleased`, also when nothing was held. */
@CommandContract('payments.release-credit', { version: 1 })
export class ReleaseCredit extends CommandMessage<ReleaseCredit> {
  @IsUUID()
  readonly orderId!: string;
}
