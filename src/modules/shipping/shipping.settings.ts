import type { ModuleEnv } from '../../platform/index';

/** What can be set of shipping. */
export class ShippingSettings {
  /** After so long without a word about a parcel that has left, it counts as lost. */
  readonly presumedLostAfterDays: number;

  constructor(env: ModuleEnv) {
    this.presumedLostAfterDays = env.integer('SHIPMENT_PRESUMED_LOST_DAYS', {
      min: 1,
      max: 365,
      fallback: 30,
      meaning:
        'after so many days without a report, a parcel that has left counts as lost, and its order ends',
    });
  }
}
