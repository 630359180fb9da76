/**
 * The rule of credit, in minor units of one currency. A lowered limit may leave the open holds above it; then
 * nothing more is held. A difference of two amounts is always exact; their sum need not be.
 */
export const openHoldsMayReachButNotExceedTheLimit = (
  account: { limit: number; held: number },
  amount: number,
): boolean => amount <= account.limit - account.held;
