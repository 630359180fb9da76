/**
 * The rule of refunds, in minor units of one currency: everything asked for so far counts, whether the
 * provider has paid it back or not. A difference of two amounts is always exact; their sum need not be.
 */
export const refundsMayReachButNotExceedWhatWasCaptured = (
  payment: { captured: number; refundsRequested: number },
  amount: number,
): boolean => amount <= payment.captured - payment.refundsRequested;
