import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Whether a process with that id runs, also one of another user. */
export function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return !hasEnded(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' && !hasEnded(pid);
  }
}

/** Where nothing reaps orphans, as in many containers, a killed process keeps its id for ever. */
function hasEnded(pid: number): boolean {
  try {
    return / [ZX]$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^(.*\) .).*$/s, '$1'));
  } catch {
    return false;
  }
}

/** The command line of a running process; undefined where it is unknown. */
export function commandLineOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)]).stdout?.toString() || undefined;
  }
}

/** Whether the system says in which directory a process works. */
export const knowsWorkingDirectories = (): boolean => existsSync('/proc/self/cwd');

/**
 * Whether a process works in a directory, given by its real path. False where this process may not know: it
 * is another user's then.
 */
export function worksIn(pid: number, directory: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === directory;
  } catch {
    return false;
  }
}

/**
 * The processes that work in a directory, as far as this one may know; none where the system does not say.
 */
export function processesIn(directory: string): number[] {
  if (!knowsWorkingDirectories()) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && worksIn(pid, directory));
}
