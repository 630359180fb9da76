import type { Fault, Scene } from '../fault';
import { killed } from './killed';

/** What some people have in their configuration, and none of it is wrong. */
const PEOPLES: Readonly<Record<string, string>> = {
  default_transaction_isolation: `'repeatable read'`,
  datestyle: 'SQL, DMY',
  intervalstyle: `'sql_standard'`,
  bytea_output: `'escape'`,
  timezone: `'Asia/Kolkata'`,
  jit_above_cost: '0',
};

/**
 * What the embedded server is started with, such as `jit = off`, is not what a server that was installed from
 * a package has.
 */
export const settingsStock: Fault = {
  name: 'settings-stock',
  sentence:
    'the database server has the settings that initdb leaves, in every second trial with some that people have, and a process is killed with -9',
  alike: true,
  // What was set stays.
  trialsPerStage: 2,
  async prepare(scene) {
    const { stage, trial } = scene;
    if (!(await isStock(scene))) {
      const database = await stage.database();
      await database.stopImmediately();
      await database.start('stock');
    }
    if (trial % 2 === 0) return;
    for (const [name, value] of Object.entries(PEOPLES))
      await stage.askAsSuperuser(`alter system set ${name} = ${value}`);
    await stage.askAsSuperuser('select pg_reload_conf()');
  },
  inject: killed.inject,
};

async function isStock({ stage }: Scene): Promise<boolean> {
  const [{ jit }] = await stage.askAsSuperuser<{ jit: string }>('show jit');
  return jit === 'on';
}
