import { moduleNames } from '../../support/modules';
import type { Fault } from '../fault';
import { workToBeForgotten } from './forgotten-work';
import { Violated } from './violated';
import { takeTheWayOut } from './way-out';

/**
 * The standby has not got the last of what was committed, and takes the place of the server that is gone
 * while the application runs: what processes know of the log is no longer so. Whatever is acknowledged
 * afterwards has to come to its end.
 */
export const standbyPromoted: Fault = {
  name: 'standby-promoted',
  sentence:
    'the database server is lost, and a standby that lags behind it is promoted on the same port; what processes name as the way out is done',
  alike: true,
  host: { throughProxy: true },
  trialsPerStage: 4,
  async prepare(scene) {
    const database = await scene.stage.database();
    await database.keepStandby();
    await workToBeForgotten(scene);
    await database.promoteStandby();
  },
  async inject({ stage }) {
    const printed = await takeTheWayOut(stage);
    if (printed === undefined)
      throw new Violated('I7', 'every process is ready although its logs have another history');
    // What the standby did not have is gone from logs and positions alike: there is nothing left by which it
    // could be named.
    const silent = moduleNames.filter(
      (module) => !new RegExp(`log of ${module} is in generation \\d+`).test(printed),
    );
    if (silent.length > 0)
      throw new Violated('I7', `the way out leaves out ${silent.join(', ')}: ${printed.slice(0, 1_000)}`);
    return performance.now();
  },
};
