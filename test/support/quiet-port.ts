import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that operating systems give to connections: one of those could take the port of a process that is just being restarted. */
const LOWEST = 15_000;
const HIGHEST = 30_000;
const given = new Set<number>();

/** A port of this machine that nobody listens on, and that nobody will be given while its owner is away. */
export async function quietPort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
