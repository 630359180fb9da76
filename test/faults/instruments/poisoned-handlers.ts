// Loaded before the application, as in: node --require dist/test/faults/instruments/poisoned-handlers.js
// dist/src/main.js
import 'reflect-metadata';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { replaceHandlers } from '../planted-bugs/consumers';
import { POISON_CURE, POISON_LOG, POISONED_SUBSCRIPTION, poisonOf } from './poison';

const { DATA_DIR = '' } = process.env;
/** The batch that a message is in fails first and the message alone next, and only that counts. */
const FAILURES = 3;
const failures = new Map<string, number>();

replaceHandlers((consumer, handle) => {
  Object.assign(consumer.definition, POISONED_SUBSCRIPTION);
  return async (message, envelope) => {
    const poison = poisonOf(envelope.id);
    if (!poison || existsSync(join(DATA_DIR, POISON_CURE))) return handle(message, envelope);
    const which = `${consumer.definition.name} ${envelope.id}`;
    const before = failures.get(which) ?? 0;
    if (poison !== 'throws-for-ever' && before >= FAILURES) return handle(message, envelope);
    failures.set(which, before + 1);
    appendFileSync(join(DATA_DIR, POISON_LOG), `${poison} ${which}\n`);
    // Before or after its effects: those must be gone in either case.
    if (poison === 'throws-after' || poison === 'hangs') await handle(message, envelope);
    if (poison === 'hangs') return new Promise<void>(() => undefined);
    if (poison === 'comes-late') {
      await sleep(POISONED_SUBSCRIPTION.timeoutMs * 1.5);
      return handle(message, envelope);
    }
    throw new Error(`poison: ${poison}`);
  };
});
