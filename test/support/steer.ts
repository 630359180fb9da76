import type { NestExpressApplication } from '@nestjs/platform-express';
import type { routesOf } from './routes';

/**
 * Loaded into each process of the built application that the acceptance suite starts, before the application
 * itself (`node --require`): lets the suite move the clock of business rules, make the simulated payment
 * provider fail, and see the routes that there really are. It listens to the channel from the process that
 * started it; the application knows nothing of it.
 */
export interface Steering {
  clock: { moveMinutes: number };
  provider: Partial<Record<ProviderSetting, number>>;
  routes: Record<string, never>;
}

/** What of the simulated provider can be changed while it runs. */
export type ProviderSetting = 'simulatorLatencyMs' | 'simulatorFailureRate' | 'simulatorTimeoutRate';

/** What is sent, and answered with the same number. */
export interface SteeringMessage {
  number: number;
  steer: Partial<Steering>;
}

export interface SteeringAnswer {
  number: number;
  routes: string[];
}

type ClockFile = typeof import('../../src/platform/unit-of-work/clock');
type PaymentsFile = typeof import('../../src/modules/payments/payments.settings');
type SettingsFile = typeof import('../../src/platform/config/settings');

// Node runs this file as it stands, and what it steers is found where it was built.
/* eslint-disable @typescript-eslint/no-require-imports */
require('reflect-metadata');
const { NestFactory } = require('@nestjs/core') as typeof import('@nestjs/core');
const { Clock } = require('../../dist/src/platform/unit-of-work/clock.js') as ClockFile;
const { PaymentsSettings } = require('../../dist/src/modules/payments/payments.settings.js') as PaymentsFile;
const settingsFile = require('../../dist/src/platform/config/settings.js') as SettingsFile;
const { routesOf: routesOfApplication } = require('./routes.ts') as { routesOf: typeof routesOf };
/* eslint-enable @typescript-eslint/no-require-imports */

let aheadMs = 0;
const provider: Steering['provider'] = {};
let publicApi: NestExpressApplication | undefined;

Object.defineProperty(Clock.prototype, 'aheadMs', { get: () => aheadMs });

const readSettings = settingsFile.readSettings;
Object.defineProperty(settingsFile, 'readSettings', {
  value: (...parameters: Parameters<typeof readSettings>) => {
    const settings = readSettings(...parameters);
    const payments = settings.modules.get(PaymentsSettings);
    return payments
      ? {
          ...settings,
          modules: new Map([...settings.modules, [PaymentsSettings, Object.assign(provider, payments)]]),
        }
      : settings;
  },
});

const create = NestFactory.create.bind(NestFactory) as (
  ...parameters: unknown[]
) => Promise<NestExpressApplication>;
Object.assign(NestFactory, {
  create: async (...parameters: unknown[]) => {
    const made = await create(...parameters);
    // The operator's API comes after it.
    publicApi ??= made;
    return made;
  },
});

process.on('message', ({ number, steer }: SteeringMessage) => {
  aheadMs += (steer.clock?.moveMinutes ?? 0) * 60_000;
  Object.assign(provider, steer.provider);
  process.send?.({
    number,
    routes: publicApi ? routesOfApplication(publicApi) : [],
  } satisfies SteeringAnswer);
});
// The parent process is gone, and nothing else would stop this one.
process.on('disconnect', () => process.exit(1));
