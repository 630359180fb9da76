/** The rule of refunds, in minor units: everything asked for so far counts, whether the provider has paid it back or not. */
export const refundsMayReachButNotExceedWhatWasCaptured = (
  payment: { captured: number; refundsRequested: number },
  amount: number,
): boolean => payment.refundsRequested + amount <= payment.captured;
