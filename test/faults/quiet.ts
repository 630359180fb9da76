import { LOGS } from './checks/logs';
import type { Stage } from './stage/stage';

const WRITTEN = `select ${LOGS.map((log) => `(select count(*) from ${log}.outbox)`).join(' + ')} + (select count(*) from rig.effects) as written`;

/** Tells whether no message and no effect has come for so long; to be asked again and again. */
export function quietFor(stage: Stage, ms: number): () => Promise<boolean> {
  let before = '';
  let since = performance.now();
  return async () => {
    const [{ written }] = await stage.askAsSuperuser<{ written: string }>(WRITTEN);
    if (written !== before) [before, since] = [written, performance.now()];
    return performance.now() - since >= ms;
  };
}
