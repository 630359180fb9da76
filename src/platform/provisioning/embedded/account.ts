import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

/** The operating system's account that the server runs as. Without ids it is the account of this process. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

const POSTGRES = 'postgres';
const execute = promisify(execFile);

/**
 * PostgreSQL refuses to run as root. There the server runs as `postgres`, which is made when it is missing,
 * or as the owner of the data that is already there.
 */
export async function serverAccount(
  owner: Account | undefined,
  log: (line: string) => void,
): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  if (owner?.uid) return owner;
  const found = await lookUp();
  if (found) return found;
  log(`PostgreSQL does not run as root: creating the system user "${POSTGRES}" for it ...`);
  const attempts: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/sh', POSTGRES]],
    ['adduser', ['-S', '-D', '-H', POSTGRES]],
  ];
  for (const [command, args] of attempts) {
    await execute(command, args).catch(() => undefined);
    const made = await lookUp();
    if (made) return made;
  }
  throw new Error(
    `PostgreSQL does not run as root, and the system user "${POSTGRES}" could not be created. ` +
      'Create it (useradd --system postgres), or run as an ordinary user, or set DATABASE_URL to a server of your own.',
  );
}

async function lookUp(): Promise<Account | undefined> {
  const idOf = async (flag: string): Promise<number> =>
    Number.parseInt(
      await execute('id', [flag, POSTGRES]).then(
        ({ stdout }) => stdout,
        () => '',
      ),
      10,
    );
  const [uid, gid] = [await idOf('-u'), await idOf('-g')];
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : undefined;
}

/** Runs a program as the account; resolves to its exit code and what it printed. */
export function runAs(
  account: Account,
  command: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...account,
      // The account may have no right to enter the folder that this process was started in.
      cwd: process.platform === 'win32' ? undefined : '/',
      env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot, LC_ALL: 'C', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    child.on('error', reject);
    let timer: NodeJS.Timeout | undefined;
    const finish = (code: number | null): void => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output: output.trim() });
    };
    child.on('close', finish);
    // A server that pg_ctl leaves behind may have inherited the pipes; then they never close.
    child.on('exit', (code) => (timer = setTimeout(finish, 500, code)));
  });
}
