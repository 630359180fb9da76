import type { Environment } from '../../config/env-reader';
import type { BrokerAccess } from '../../topology/remote-dependencies';
import { signingKeyFrom, verifyingKeyOf } from '../../transport/module-keys';
import { type BrokerUser, brokerUser, natsConfiguration, urlFor } from '../../transport/nats-configuration';
import { WrongUse } from '../command';
import { readOptions } from '../options';

const USAGE = `npm run --silent nats:config -- [--server HOST:PORT[,HOST:PORT]] [--keys] [MODULES of a process]... > seamline.conf

Prints the accounts and permissions of a NATS server: one login for each process, which may publish the logs of the modules it hosts
and answer calls to them, and no others. Without arguments, one process for each module. Each process is named by its modules:

  npm run --silent nats:config -- orders,payments shipping > seamline.conf

The passwords are derived from DATABASE_ROLE_SECRET. Each process's NATS_URL is printed to the terminal (stderr), for
the server at 127.0.0.1:4222 or at --server.

What processes say over the broker is signed with keys that they derive from DATABASE_ROLE_SECRET as well. For processes that are not to
have the same secret, --keys prints the keys: each process may sign for its own modules, and can check what the others have signed.
`;

/** Prints a NATS server's configuration for processes that host these modules. Resolves to the exit code. */
export function natsConfigCommand(
  modules: readonly string[],
  accessOf: (modules: readonly string[]) => BrokerAccess,
  argv: readonly string[],
  env: Environment,
): number {
  const given = parse(argv);
  if ('wrong' in given) return say(`${given.wrong}\n\n${USAGE}`, 2);
  const { help, server } = given.values;
  if (help) return say(USAGE, 0);
  const secret = env.DATABASE_ROLE_SECRET?.trim();
  if (!secret)
    return say(
      'DATABASE_ROLE_SECRET is not set. The passwords are derived from it: set it to the secret that the processes are given.\n',
      1,
    );
  const processes =
    given.positionals.length > 0
      ? given.positionals.map((text) => text.split(',').map((name) => name.trim()))
      : modules.map((module) => [module]);
  const unknown = processes.flat().filter((name) => !modules.includes(name));
  if (unknown.length > 0)
    return say(`There is no module "${unknown.join('", "')}". The modules are ${modules.join(', ')}.\n`, 1);
  // In the order in which processes name them, however they were written.
  const users = processes.map((names) => {
    const hosted = modules.filter((module) => names.includes(module));
    return brokerUser(hosted, secret, accessOf(hosted));
  });
  process.stdout.write(natsConfiguration(users));
  for (const user of users) {
    const keys = given.values.keys ? ` ${keysFor(user, modules, secret)}` : '';
    process.stderr.write(`MODULES=${user.modules.join(',')} NATS_URL=${urlFor(user, server)}${keys}\n`);
  }
  return 0;
}

/** The variables by which a process signs for its own modules, and checks what all others have signed. */
function keysFor({ modules: own }: BrokerUser, modules: readonly string[], secret: string): string {
  const list = (names: readonly string[], keyOf: (module: string) => Buffer): string =>
    names.map((module) => `${module}:${keyOf(module).toString('base64url')}`).join(',');
  const signing = (module: string): Buffer => signingKeyFrom(secret, module);
  return `NATS_SIGNING_KEYS=${list(own, signing)} NATS_VERIFYING_KEYS=${list(modules, (module) => verifyingKeyOf(signing(module)))}`;
}

function parse(argv: readonly string[]) {
  const options = {
    server: { type: 'string', default: '127.0.0.1:4222' },
    keys: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  try {
    return readOptions(
      { args: [...argv], options, allowPositionals: true },
      (message) => new WrongUse(message),
    );
  } catch (error) {
    return { wrong: (error as Error).message };
  }
}

function say(text: string, code: number): number {
  process.stderr.write(text);
  return code;
}
