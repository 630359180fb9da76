import type { Type } from '@nestjs/common';
import { readSettings } from '../../config/settings';
import type { Environment } from '../../config/env-reader';
import { migrationsFolderOf } from '../../hosting/application-folder';
import { hostingFor } from '../../hosting/bounded-contexts';
import { prepareDatabase } from '../../provisioning/prepare-database';
import { WrongUse } from '../command';
import { readOptions } from '../options';

const USAGE = `npm run migrate

Makes databases, roles and schemas and migrates them, without starting the application. It takes no arguments; the environment says what is
migrated: DATABASE_URL and DATABASE_ADMIN_URL, where neither is set the embedded server in DATA_DIR, and with MODULES those modules only.
The exit code is 0 when all is up to date, 1 when it is not, 2 when the command was written wrongly.`;

/** Where the command writes, a line at a time. */
interface MigrateOutput {
  print: (line: string) => void;
  note: (line: string) => void;
}

/**
 * `npm run migrate`: makes databases, roles and schemas and migrates them, without starting the application.
 * With `MODULES`, those of the named modules only. Resolves to the exit code.
 */
export async function migrateCommand(
  root: Type,
  argv: readonly string[],
  env: Environment,
  { print, note }: MigrateOutput = { print: console.log, note: console.error },
): Promise<number> {
  try {
    if (wantsHelp(argv)) {
      print(USAGE);
      return 0;
    }
    const { hosting, database: settings } = readSettings(env);
    if (settings.url !== undefined && settings.adminUrl === undefined) {
      throw new Error(
        'DATABASE_ADMIN_URL is not set. Set it to the login of an administrator who may create roles and schemas; the application itself does not need it.',
      );
    }
    const modules = hostingFor(root, { hosting });
    const prepared = await prepareDatabase({
      settings,
      modules,
      migrations: migrationsFolderOf(root),
      log: print,
    });
    print(`up to date: ${prepared.location}`);
    await prepared.stop();
    return 0;
  } catch (error) {
    note((error as Error).message);
    return error instanceof WrongUse ? 2 : 1;
  }
}

function wantsHelp(argv: readonly string[]): boolean {
  const wrong = (message: string): Error => new WrongUse(`${message}\n\n${USAGE}`);
  const { values } = readOptions(
    { args: [...argv], options: { help: { type: 'boolean', short: 'h' } } },
    wrong,
  );
  return values.help === true;
}
