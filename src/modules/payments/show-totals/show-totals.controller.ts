import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ShowTotalsReader } from './show-totals.reader';
import { CreditTotalsView, PaymentTotalsView } from './totals.view';

/** Must be listed before the controllers of single resources: `totals` is no id. */
@ApiTags('payments')
@Controller()
export class ShowTotalsController {
  constructor(private readonly reader: ShowTotalsReader) {}

  @Get('credit-accounts/totals')
  @ApiOperation({ operationId: 'showCreditTotals', summary: 'Shows all open credit holds together' })
  @ApiOkResponse({ type: CreditTotalsView })
  credit(): Promise<CreditTotalsView> {
    return this.reader.credit();
  }

  @Get('payments/totals')
  @ApiOperation({ operationId: 'showPaymentTotals', summary: 'Shows all payments together' })
  @ApiOkResponse({ type: PaymentTotalsView })
  payments(): Promise<PaymentTotalsView> {
    return this.reader.payments();
  }
}
