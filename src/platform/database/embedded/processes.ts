import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

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

/** The command line of a running process; undefined where it cannot be told. */
export function commandLineOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)]).stdout?.toString() || undefined;
  }
}
