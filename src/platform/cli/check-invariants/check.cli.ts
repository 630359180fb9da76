import type { Type } from '@nestjs/common';
import type { Environment } from '../../config/env-reader';
import { readSettings } from '../../config/settings';
import { prepareDatabase, type PreparedDatabase } from '../../provisioning/prepare-database';
import { targetNameOf } from '../../database/roles';
import { migrationsFolderOf } from '../../hosting/application-folder';
import { boundedContextsOf } from '../../hosting/bounded-contexts';
import { Hosting } from '../../hosting/hosting';
import { checkInvariants, type Verdict } from './check-invariants';
import type { Invariant } from './invariant';

/** Messages on their way move things for a moment; what is still wrong after this long is wrong. */
const PATIENCE_MS = 10_000;
const SHOWN = 20;

/**
 * `npm run ops -- check`: asks the database, as a login that can only read, whether everything adds up. Works
 * beside a running application and without one; always of all modules, whatever `MODULES` says. Resolves to
 * the exit code: 0 when all invariants hold.
 */
export async function checkCommand(
  root: Type,
  invariants: readonly Invariant[],
  env: Environment,
  print: (line: string) => void = console.log,
): Promise<number> {
  const { database: settings } = readSettings(env);
  const modules = boundedContextsOf(root).map(({ name }) => name);
  // Without the administrator's login, so that a check never migrates a server of your own.
  const prepared = await prepareDatabase({
    settings: { ...settings, adminUrl: undefined, moduleAdminUrls: new Map() },
    modules: new Hosting(modules),
    migrations: migrationsFolderOf(root),
    log: print,
  });
  const verdicts = await judgePrepared(prepared, modules, invariants, print).finally(() => prepared.stop());
  for (const line of verdicts ? table(verdicts) : []) print(line);
  return verdicts?.every(({ broken }) => broken === 0) ? 0 : 1;
}

async function judgePrepared(
  { connections, location }: PreparedDatabase,
  modules: readonly string[],
  invariants: readonly Invariant[],
  print: (line: string) => void,
): Promise<Verdict[] | undefined> {
  const places = [...new Set(connections.map(({ auditorUrl }) => targetNameOf(auditorUrl)))];
  if (places.length !== 1) {
    print(
      `The check compares modules with one another, so all of them must live in one database. Here they live in ${places.length}: ${places.join(', ')}.`,
    );
    return undefined;
  }
  print(`Checking ${location} ...`);
  return checkInvariants({
    auditorUrl: connections[0].auditorUrl,
    modules,
    invariants,
    patienceMs: PATIENCE_MS,
  });
}

function table(verdicts: readonly Verdict[]): string[] {
  const width = Math.max(...verdicts.map(({ examined }) => count(examined).length), 'looked at'.length);
  const broken = verdicts.filter((verdict) => verdict.broken > 0);
  return [
    '',
    `        ${'looked at'.padStart(width)}`,
    ...verdicts.flatMap((verdict) => [
      `  ${verdict.broken === 0 ? 'ok    ' : 'BROKEN'}${count(verdict.examined).padStart(width)}  ${verdict.sentence}`,
      ...verdict.findings.slice(0, SHOWN).map(({ id, problem }) => `          ${id}: ${problem}`),
      ...(verdict.broken > SHOWN ? [`          and ${count(verdict.broken - SHOWN)} more`] : []),
    ]),
    '',
    broken.length === 0
      ? 'All invariants hold.'
      : `${broken.length} of ${verdicts.length} invariants are broken.`,
  ];
}

const count = (value: number): string => value.toLocaleString('en-GB');
