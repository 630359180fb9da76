import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from './processes';

/**
 * The processes that use the embedded server: one file each, named by process id. The last one out stops the
 * server.
 */
export class HostRegister {
  constructor(private readonly folder: string) {}

  async enter(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeFile(this.fileOf(process.pid), '');
  }

  /** Leaves; resolves to the ids of the processes that still use the server. */
  async leave(): Promise<number[]> {
    await rm(this.fileOf(process.pid), { force: true });
    const others: number[] = [];
    for (const name of await readdir(this.folder).catch(() => [])) {
      const pid = Number(name);
      if (isRunning(pid)) others.push(pid);
      else await rm(join(this.folder, name), { force: true });
    }
    return others;
  }

  private fileOf(pid: number): string {
    return join(this.folder, String(pid));
  }
}
