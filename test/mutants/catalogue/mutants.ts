import type { Mutant } from '../mutant.ts';
import { calls } from './calls.ts';
import { demo } from './demo.ts';
import { extraction } from './extraction.ts';
import { http } from './http.ts';
import { jobs } from './jobs.ts';
import { log } from './log.ts';
import { messages } from './messages.ts';
import { money } from './money.ts';
import { parcels } from './parcels.ts';
import { sagas } from './sagas.ts';
import { start } from './start.ts';
import { subscriptions } from './subscriptions.ts';
import { transport } from './transport.ts';
import { unitOfWork } from './unit-of-work.ts';

/** Every mistake that `npm run mutants` plants. */
export const mutants: readonly Mutant[] = [
  ...unitOfWork,
  ...messages,
  ...log,
  ...subscriptions,
  ...sagas,
  ...jobs,
  ...transport,
  ...calls,
  ...http,
  ...extraction,
  ...demo,
  ...money,
  ...parcels,
  ...start,
];
