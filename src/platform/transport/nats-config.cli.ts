import type { Environment } from '../config/env-reader';
import { brokerUser, natsConfiguration, urlFor } from './nats-configuration';

const USAGE = `npm run --silent nats:config -- [MODULES of a process]... > seamline.conf

Prints the accounts and permissions of a NATS server: one login for each process, which may publish the logs of the modules it hosts
and answer calls to them, and no others. Without arguments, one process for each module. Each process is named by its modules:

  npm run --silent nats:config -- orders,payments shipping > seamline.conf

The passwords are derived from DATABASE_ROLE_SECRET. Each process's NATS_URL is printed to the terminal (stderr).
`;

/** Prints a NATS server's configuration for processes that host these modules. Resolves to the exit code. */
export function natsConfigCommand(modules: readonly string[], argv: readonly string[], env: Environment): number {
  if (argv.includes('--help')) return say(USAGE, 0);
  const secret = env.DATABASE_ROLE_SECRET?.trim();
  if (!secret)
    return say(
      'DATABASE_ROLE_SECRET is not set. The passwords are derived from it: set it to the secret that the processes are given.\n',
      1,
    );
  const processes = argv.length > 0 ? argv.map((text) => text.split(',').map((name) => name.trim())) : modules.map((module) => [module]);
  const unknown = processes.flat().filter((name) => !modules.includes(name));
  if (unknown.length > 0) return say(`There is no module "${unknown.join('", "')}". The modules are ${modules.join(', ')}.\n`, 1);
  // In the order in which processes name them, however they were written.
  const users = processes.map((names) =>
    brokerUser(
      modules.filter((module) => names.includes(module)),
      secret,
    ),
  );
  process.stdout.write(natsConfiguration(users));
  for (const user of users) process.stderr.write(`MODULES=${user.modules.join(',')} NATS_URL=${urlFor(user, '127.0.0.1:4222')}\n`);
  return 0;
}

function say(text: string, code: number): number {
  process.stderr.write(text);
  return code;
}
