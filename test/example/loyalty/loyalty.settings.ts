import type { ModuleEnv } from '../../../src/platform/index';

export class LoyaltySettings {
  readonly minorUnitsPerPoint: number;
  readonly expireAfterDays: number;
  readonly mailUrl: string | undefined;

  constructor(env: ModuleEnv) {
    this.minorUnitsPerPoint = env.integer('LOYALTY_MINOR_UNITS_PER_POINT', {
      min: 1,
      max: 1_000_000,
      fallback: 100,
      meaning: 'what a point is given for, in minor units of the order',
    });
    this.expireAfterDays = env.integer('LOYALTY_EXPIRE_AFTER_DAYS', {
      min: 1,
      max: 3_650,
      fallback: 365,
      meaning: 'after how many days without new points an account is emptied',
    });
    this.mailUrl = env.url('LOYALTY_MAIL_URL', {
      fallback: undefined,
      meaning: 'the service that sends mails; without it none are sent',
    });
  }
}
