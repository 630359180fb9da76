import type { ModuleEnv } from '../../platform/index';

/** What can be set of orders. */
export class OrdersSettings {
  /** Honour `agreedUnitPrice` of callers; else the list price counts. */
  readonly trustAgreedPrices: boolean;

  constructor(env: ModuleEnv) {
    this.trustAgreedPrices = env.flag('TRUST_AGREED_PRICES', {
      fallback: false,
      meaning: 'honour the `agreedUnitPrice` of callers',
    });
  }
}
