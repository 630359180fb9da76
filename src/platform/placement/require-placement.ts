import type { ModuleDatabases } from '../database/module-databases';
import { variablePart } from '../config/settings';
import { standingOf } from './standing';
import type { Placement } from './placement';

const WITH_A_BROKER =
  'With a broker (NATS_URL) the process would start without it, reach it over the broker, and take it up when it comes.';

/**
 * For a process without a broker, which cannot do without any of its modules. Throws when a module does not
 * live in the database that this process would use for it: what is there is a copy, or on its way. All of
 * them are named.
 */
export async function requirePlacement(databases: ModuleDatabases): Promise<void> {
  const problems: string[] = [];
  for (const module of databases.modules) {
    const [placement]: Placement[] = await databases
      .of(module)
      .query('select state, elsewhere from placement');
    const standing = standingOf(placement);
    if (standing === 'elsewhere')
      problems.push(
        `The module "${module}" lives in ${placement.elsewhere}, and what is here is a copy. Set ${variablePart(module)}_DATABASE_URL to that database, ` +
          `or unset it if that is where the other modules are; or leave the module out with MODULES. ${WITH_A_BROKER}`,
      );
    else if (standing === 'on its way')
      problems.push(
        `The module "${module}" is on its way to ${placement.elsewhere}. Let that come to its end, or undo it with --rollback, and start again; or leave the module out with MODULES. ${WITH_A_BROKER}`,
      );
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
