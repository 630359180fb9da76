import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags, ApiUnprocessableEntityResponse } from '@nestjs/swagger';
import { ShowTotalsReader } from './show-totals.reader';
import { CreditTotalsView, PaymentTotalsView } from './totals.view';

const TOO_LARGE = { description: 'A total is too large for a number to hold it exactly.' };

/** Must be listed before the controllers of single resources: `totals` is no id. */
@ApiTags('payments')
@Controller()
export class ShowTotalsController {
  constructor(private readonly reader: ShowTotalsReader) {}

  @Get('credit-accounts/totals')
  @ApiOperation({ operationId: 'showCreditTotals', summary: 'Shows all open credit holds together' })
  @ApiOkResponse({ type: CreditTotalsView })
  @ApiUnprocessableEntityResponse(TOO_LARGE)
  credit(): Promise<CreditTotalsView> {
    return this.reader.credit();
  }

  @Get('payments/totals')
  @ApiOperation({ operationId: 'showPaymentTotals', summary: 'Shows all payments together' })
  @ApiOkResponse({ type: PaymentTotalsView })
  @ApiUnprocessableEntityResponse(TOO_LARGE)
  payments(): Promise<PaymentTotalsView> {
    return this.reader.payments();
  }
}
