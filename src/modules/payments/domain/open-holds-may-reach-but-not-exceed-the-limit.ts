/** The rule of credit, in minor units of one currency. A lowered limit may leave the open holds above it; then nothing more is held. */
export const openHoldsMayReachButNotExceedTheLimit = (account: { limit: number; held: number }, amount: number): boolean =>
  account.held + amount <= account.limit;
