import type { Type } from '@nestjs/common';
import type { Environment } from '../config/env-reader';
import { readSettings, variablePart } from '../config/settings';
import { migrationsFolderOf } from '../hosting/application-folder';
import { armFailpoint } from '../kernel/failpoints';
import { type Topology, topologyOf } from '../topology/topology';
import { WrongUse } from '../cli/command';
import { readOptions } from '../cli/options';
import { addressesIn, askProcesses, METRICS_HINT } from '../cli/topology/ask-processes';
import { type CallsAcross, callsAcross, contractsAcross } from './plan/calls-across';
import type { CopyProgress } from './copy/copy';
import { COPY_METHODS, type CopyMethod } from './copy/copy-method';
import { type Endpoints, resolveEndpoints } from './resolve-endpoints';
import { dropSourceCopy } from './drop-source-copy';
import { keysAcross } from './reconcile/key-versions';
import { AlreadyThere, moveModule, type MoveRequest } from './move-module';
import { nameOf, type DatabaseTarget, withSession } from '../placement/database-target';
import { planOf, planPage } from './plan/plan';
import type { MoveEndpoints } from './plan/refusals';
import type { Reconciliation } from './reconcile/reconcile';
import { acrossPage, reportPage } from './reconcile/report';
import { rollBack } from './roll-back';
import { describeWhereabouts } from './whereabouts/describe';
import { inspectTarget } from './whereabouts/inspect-target';
import { type Whereabouts, whereabouts } from './whereabouts/whereabouts';

/** Extract: to a database of the module's own. Absorb: to where the other modules are. */
export type Direction = 'extract' | 'absorb';

export interface MoveArguments {
  direction: Direction;
  /** The application's root module. */
  root: Type;
  argv: readonly string[];
  env: Environment;
  /** Writes what was asked for, a line at a time. */
  print?: (line: string) => void;
  /** Writes what goes on meanwhile. */
  note?: (line: string) => void;
}

const OK = 0;
const NOT_OK = 1;
const WRONG_USE = 2;
const PATIENCE_MS = 5_000;
const STAND_BY_SECONDS = 120;

const OPTIONS = {
  to: { type: 'string' },
  'to-admin': { type: 'string' },
  patience: { type: 'string' },
  copy: { type: 'string' },
  metrics: { type: 'string' },
  'accept-calls': { type: 'string' },
  leave: { type: 'string', multiple: true },
  'dry-run': { type: 'boolean' },
  rollback: { type: 'boolean' },
  finish: { type: 'boolean' },
  status: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

interface Values {
  copy?: string;
  metrics?: string;
  'accept-calls'?: string;
  leave?: string[];
  'dry-run'?: boolean;
  patience?: string;
  rollback?: boolean;
  finish?: boolean;
  status?: boolean;
}

const usage = (
  direction: Direction,
): string => `  npm run ${direction} -- <module> [--to URL] [--to-admin URL] [--copy HOW] [--patience SECONDS] [--metrics URL[,URL]] [--accept-calls NAME[,NAME]] [--leave OBJECT] [--dry-run | --rollback | --finish | --status] [--json]

  ${
    direction === 'extract'
      ? "Moves a module's data and log to a database of its own."
      : "Moves a module's data and log from its own database to where the other modules are."
  }
  Processes with a broker (NATS_URL) are switched over while they run, and requests wait meanwhile: those where the module is let it go,
  and one that was started for the new place takes it up. Others should be stopped; those that are not are shut out.

  --to URL        the module's own database; by default <MODULE>_DATABASE_URL
  --to-admin URL  an administrator's login to it; by default <MODULE>_DATABASE_ADMIN_URL, or that of the same server
  --copy HOW      replication: while the module goes on; snapshot: while nothing can be written to it. By default replication where the
                  servers allow it; the plan says what does not
  --patience SECONDS
                  how long a process is waited for that takes the module up, where running ones let it go; by default ${STAND_BY_SECONDS}
  --metrics URL[,URL]
                  the operator's APIs of the running processes, to ask which calls clients wait for; by default the one at OPS_PORT
  --accept-calls NAME[,NAME]
                  queries and commands that clients wait for often, and that may go over the network all the same
  --leave OBJECT  what was made by hand in the module's schema and may stay behind, as the plan names it; once for each
  --dry-run       prints the plan, and what keeps it from working; changes nothing
  --rollback      undoes a move that has not been switched
  --finish        drops the copy in the old place
  --status        asks both places where the module lives, and what an interrupted move waits for; changes nothing
  --json          prints JSON for programs

  The other settings are those of the application, and an administrator's login (DATABASE_ADMIN_URL) unless the database is the embedded one.
  Cut short at any moment, the same command goes on. The exit code is 0 when all is well: the module is where the command was to bring it,
  and with --status, it lives somewhere and no move is open; it is 1 when it is not, 2 when the command was written wrongly.`;

/** `npm run extract` and `npm run absorb`. Resolves to the exit code. */
export async function moveCommand({
  direction,
  root,
  argv,
  env,
  print = console.log,
  note = console.error,
}: MoveArguments): Promise<number> {
  const given = parse(argv);
  if ('wrong' in given) return (note(`${given.wrong}\n\n${usage(direction)}`), WRONG_USE);
  const { values, positionals } = given;
  if (values.help) return (print(usage(direction)), OK);
  const topology = topologyOf(root);
  const [module] = positionals;
  const wrong = wrongUse(positionals, values, topology);
  if (wrong) return (note(`${wrong}\n\n${usage(direction)}`), WRONG_USE);
  const show = (value: object, page: readonly string[]): void =>
    (values.json ? [JSON.stringify(value, undefined, 2)] : page).forEach((line) => print(line));
  try {
    const { database, faults } = readSettings(env);
    if (faults.failpoint) armFailpoint(faults.failpoint);
    const application = { modules: topology.modules, migrations: migrationsFolderOf(root) };
    const places = await resolveEndpoints(
      database,
      application,
      module,
      { to: values.to, toAdmin: values['to-admin'] },
      note,
    );
    const copy = values.copy as CopyMethod | undefined;
    const task: Task = {
      module,
      direction,
      places,
      ...endsOf(direction, places),
      copy,
      leave: values.leave,
      topology,
      env,
      show,
      note,
    };
    return await toldTruly(values, task).finally(() => places.stop());
  } catch (error) {
    note((error as Error).message);
    if (env.LOG_LEVEL === 'debug') note((error as Error).stack ?? '');
    return NOT_OK;
  }
}

interface Task extends MoveEndpoints {
  direction: Direction;
  places: Endpoints;
  topology: Topology;
  env: Environment;
  show: (value: object, page: readonly string[]) => void;
  note: (line: string) => void;
}

/**
 * Performs the command. On failure, it asks both databases where the module lives now and prints their
 * answers.
 */
async function toldTruly(values: Values, task: Task): Promise<number> {
  if (values.status) return tellStatus(task);
  try {
    return await perform(values, task);
  } catch (error) {
    const { module, note } = task;
    note((error as Error).message);
    if (task.env.LOG_LEVEL === 'debug') note((error as Error).stack ?? '');
    const where = describeWhereabouts(module, await describeLocation(task));
    if (!(error as Error).message.includes(where)) note(where);
    return NOT_OK;
  }
}

async function tellStatus(task: Task): Promise<number> {
  const { module, show } = task;
  const found = await describeLocation(task);
  show({ module, ...found }, [describeWhereabouts(module, found), ...commandsFor(found, task)]);
  return found.state === 'lives' && !found.unasked ? OK : NOT_OK;
}

/** By what both places say now. */
async function describeLocation({ module, places: { home, away } }: Task): Promise<Whereabouts> {
  return whereabouts(await inspectTarget(home, module), await inspectTarget(away, module));
}

/** What ends a move that is open. */
function commandsFor(found: Whereabouts, { module, places: { home, away } }: Task): string[] {
  if (found.state !== 'leaving' && found.state !== 'between') return [];
  if (![nameOf(home), nameOf(away)].includes(found.to)) return [];
  const command = `npm run ${found.to === nameOf(away) ? 'extract' : 'absorb'} -- ${module}`;
  return [
    ...(found.state === 'leaving' && found.lost ? [] : [`  go on:  ${command}`]),
    ...(found.state === 'leaving' ? [`  undo:   ${command} --rollback`] : []),
  ];
}

async function perform(values: Values, task: Task): Promise<number> {
  const { module, source, target, direction, places, copy, show, note } = task;
  if (values.rollback) return (await rollBack(module, source, target, note), OK);
  if (values.finish) return (await dropSourceCopy(module, source, target, note), OK);
  if (values['dry-run']) {
    const plan = await planOf(task, await acrossOf(values, task));
    show(plan, planPage(plan));
    return plan.refusals.length > 0 ? NOT_OK : OK;
  }
  const check = async (): Promise<void> => {
    const plan = await planOf(task, await acrossOf(values, task));
    if (plan.refusals.length > 0) throw new Error(planPage(plan).join('\n'));
    for (const warning of plan.warnings) note(`mind: ${warning}`);
  };
  const { readers, notLookedAt } = places;
  const report = await moved({
    module,
    source,
    target,
    readers,
    notLookedAt,
    copy,
    check,
    patienceMs: PATIENCE_MS,
    standbyMs: Number(values.patience ?? STAND_BY_SECONDS) * 1_000,
    standbyCommand: standbyCommand(task),
    log: note,
    progress: progressTo(note),
  });
  if (!report) return isIn(target, task);
  // None at first. A later run checks whether each key continues in the target where it stopped in the
  // source.
  const across = await withSession(target, module, (to) => keysAcross(to, report.log.begins.generation));
  show({ ...report, across }, [...reportPage(report), ...acrossPage(across)]);
  note(whatNext(direction, module, target));
  return across.broken === 0 ? isIn(target, task) : NOT_OK;
}

/**
 * Undefined where the module is there without having come from the place that was named: there is nothing to
 * report of that.
 */
async function moved(request: MoveRequest): Promise<Reconciliation | undefined> {
  try {
    return await moveModule(request);
  } catch (error) {
    if (!(error instanceof AlreadyThere)) throw error;
    request.log(error.message);
    return undefined;
  }
}

/** The last word is what both places say. */
async function isIn(target: DatabaseTarget, task: Task): Promise<number> {
  const found = await describeLocation(task);
  if (found.state === 'lives' && found.in === nameOf(target)) return OK;
  task.note(describeWhereabouts(task.module, found));
  return NOT_OK;
}

/** A module that comes back asks and answers in one process again. */
async function acrossOf(
  { metrics, 'accept-calls': accepted }: Values,
  { direction, module, topology, env }: Task,
): Promise<CallsAcross> {
  if (direction === 'absorb') return { refusals: [], warnings: [] };
  const counted = await askProcesses(env, metrics === undefined ? undefined : addressesIn(metrics)).catch(
    (error: Error) => error,
  );
  return callsAcross(module, topology, { counted, accepted: listOf(accepted) });
}

const endsOf = (
  direction: Direction,
  { home, away }: Endpoints,
): { source: DatabaseTarget; target: DatabaseTarget } =>
  direction === 'extract' ? { source: home, target: away } : { source: away, target: home };

/** Without an administrator's login: what is there is the tool's to make. */
const standbyCommand = ({ direction, module, target }: Task): string =>
  direction === 'extract'
    ? `NATS_URL=... DATABASE_ROLE_SECRET=... MODULES=${module} ${variablePart(module)}_DATABASE_URL=postgres://${nameOf(target)} npm start`
    : `NATS_URL=... npm start   (with the settings of the other modules, and without ${variablePart(module)}_DATABASE_URL)`;

const whatNext = (direction: Direction, module: string, target: DatabaseTarget): string =>
  direction === 'extract'
    ? `Start its processes with ${variablePart(module)}_DATABASE_URL=postgres://${nameOf(target)} from now on.`
    : `Start its processes without ${variablePart(module)}_DATABASE_URL from now on.`;

function parse(argv: readonly string[]) {
  try {
    return readOptions(
      { args: [...argv], options: OPTIONS, allowPositionals: true },
      (message) => new WrongUse(message),
    );
  } catch (error) {
    return { wrong: (error as Error).message };
  }
}

function wrongUse(
  [module, ...more]: readonly string[],
  values: Values,
  topology: Topology,
): string | undefined {
  const { modules } = topology;
  if (module === undefined) return 'Say which module.';
  if (!modules.includes(module))
    return `There is no module "${module}". The modules are ${modules.join(', ')}.`;
  if (more.length > 0) return `One module at a time: what is "${more[0]}"?`;
  if ([values['dry-run'], values.rollback, values.finish, values.status].filter(Boolean).length > 1)
    return 'Give one of --dry-run, --rollback, --finish and --status.';
  if (values.patience !== undefined && !/^\d{1,6}$/.test(values.patience))
    return '--patience wants a number of seconds.';
  if (values.copy !== undefined && !COPY_METHODS.some((method) => method === values.copy))
    return `--copy is one of ${COPY_METHODS.join(' and ')}, and not "${values.copy}".`;
  if (values.metrics !== undefined && !addressesIn(values.metrics)) return METRICS_HINT;
  const across = contractsAcross(module, topology);
  const unknown = listOf(values['accept-calls']).find((contract) => !across.includes(contract));
  if (unknown !== undefined)
    return `There is no call to "${unknown}" that would cross. Those of ${module} are ${across.join(', ') || 'none'}.`;
  return undefined;
}

const listOf = (names: string | undefined): string[] => names?.split(',') ?? [];

const MEGABYTE = 1_048_576;

const progressTo =
  (note: (line: string) => void): CopyProgress =>
  (table, { rows, bytes, seconds }, done) =>
    note(
      `  ${table}: ${rows.toLocaleString('en-GB')} rows, ${(bytes / MEGABYTE).toFixed(1)} MB, ${seconds.toFixed(1)} s${done ? '' : ' ...'}`,
    );
