import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second for programs, whatever the kernel's own clock is. */
const TICK_MS = 10;

interface ProcessTimes {
  parent: number;
  /** Processor time of the process itself, and of its children that have ended. */
  ownMs: number;
  endedChildrenMs: number;
}

/** Whether this machine tells about other processes' time. */
export const hasProcessTimes = (): boolean => existsSync('/proc/self/stat');

/** Milliseconds of processor time that a process has used. */
export const cpuMsOf = (pid: number): number => timesOf(pid)?.ownMs ?? 0;

/** Milliseconds of processor time of a process with all its children, those that have ended included. */
export function cpuMsOfFamily(pid: number): number {
  const own = timesOf(pid);
  if (!own) return 0;
  let total = own.ownMs + own.endedChildrenMs;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const times = timesOf(Number(name));
    if (times?.parent === pid) total += times.ownMs + times.endedChildrenMs;
  }
  return total;
}

function timesOf(pid: number): ProcessTimes | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name stands in brackets and may hold anything; the fields after it are numbered from 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = (field: number): number => Number(fields[field - 3]) * TICK_MS;
  return { parent: Number(fields[1]), ownMs: ticks(14) + ticks(15), endedChildrenMs: ticks(16) + ticks(17) };
}
