import type { Fault } from '../fault';
import { takeTheWayOut } from './way-out';
import { workToBeForgotten } from './forgotten-work';

/**
 * The standby has not got the last of what was committed, and takes the place of the server that is gone while the application runs: what
 * processes know of the log is no longer so. Whatever is acknowledged afterwards has to come to its end.
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
    await takeTheWayOut(stage);
    return performance.now();
  },
};
