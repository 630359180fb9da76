import type { Fault } from '../fault';
import { untilUp } from '../patience/wait';
import { Violated } from './violated';
import { takeTheWayOut } from './way-out';
import { workToBeForgotten } from './forgotten-work';

/** The place of the process that hosts all modules but shipping, and of their database. */
const MAIN = 0;

/** Its logs end before the streams that they filled. What is published from then on has to reach shipping all the same. */
export const databaseReplaced: Fault = {
  name: 'database-replaced',
  sentence:
    'the database of all modules but shipping is restored to an earlier state beside the broker that kept their streams; what processes name as the way out is done',
  alike: true,
  trialsPerStage: 4,
  async prepare(scene) {
    const { stage } = scene;
    const [{ modules }] = stage.places;
    const main = stage.hosts[MAIN];
    await main.terminate();
    const restore = await stage.keepCopyOf(modules[0]);
    main.launch();
    await untilUp(stage, [main]);
    const customerId = await workToBeForgotten(scene);
    await main.terminate();
    await restore();
    // It knows that a customer moved who was never registered: that is what was lost, and no mistake of its own.
    await stage.askIn('shipping', 'delete from rig.effects where key = $1', [customerId]);
    main.launch();
  },
  async inject({ stage }) {
    const printed = await takeTheWayOut(stage);
    if (printed !== undefined && !/lost/i.test(printed)) throw new Violated('I7', `nothing says what was lost: ${printed.slice(0, 400)}`);
    return performance.now();
  },
};
