// Loaded before the application, as in: node --require dist/test/faults/instruments/swallowing-handlers.js
// dist/src/main.js
import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UnitOfWork } from '../../../src/platform/unit-of-work/unit-of-work';
import { replaceHandlers } from '../planted-bugs/consumers';
import { replaceMethod, unplantable } from '../planted-bugs/planting';
import { isSwallowed, MOST_ATTEMPTS, SWALLOW_CURE } from './swallowed';

type Run = (module: string, work: () => Promise<unknown>) => Promise<unknown>;

const { DATA_DIR = '' } = process.env;
const running: UnitOfWork[] = [];

replaceMethod<Run>(
  UnitOfWork,
  'run',
  (original) =>
    function (this: UnitOfWork, module, work) {
      running[0] = this;
      return original.call(this, module, work);
    },
);
// A statement fails, the handler catches that and goes on as if nothing were; the transaction can do nothing
// more.
replaceHandlers((consumer, handle) => {
  Object.assign(consumer.definition, { maxAttempts: MOST_ATTEMPTS });
  return async (message, envelope) => {
    if (!isSwallowed(envelope.id) || existsSync(join(DATA_DIR, SWALLOW_CURE)))
      return handle(message, envelope);
    const [work] = running;
    if (!work) unplantable('messages are handled outside a unit of work');
    await work.manager.query('select 1 / 0').catch(() => undefined);
    await handle(message, envelope);
  };
});
