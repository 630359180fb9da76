import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Below the ports that operating systems give to connections: one of those could take the port of a process
 * that is just being restarted.
 */
const LOWEST = 15_000;
const BLOCKS = 300;
/**
 * The first port of a block is listened on as long as its owner runs, so that no other test run takes from
 * that block meanwhile.
 */
const BLOCK_SIZE = 50;

const ports = portsOfOneOwner();

/** A port of this machine that no process listens on, and that is not given out while its owner is away. */
export async function quietPort(): Promise<number> {
  return (await ports.next()).value;
}

/** Ports that no other owner gets, in this process or in another one, as long as this process runs. */
export async function* portsOfOneOwner(): AsyncGenerator<number, never> {
  for (;;) {
    const first = await claimBlock();
    for (let port = first + 1; port < first + BLOCK_SIZE; port += 1) if (await isFree(port)) yield port;
  }
}

async function claimBlock(): Promise<number> {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let tried = 0; tried < BLOCKS; tried += 1) {
    const first = LOWEST + ((start + tried) % BLOCKS) * BLOCK_SIZE;
    const server = await listening(first);
    if (server) {
      server.unref();
      return first;
    }
  }
  throw new Error(
    `No ports are left from ${LOWEST} to ${LOWEST + BLOCKS * BLOCK_SIZE - 1}: end other test runs.`,
  );
}

async function isFree(port: number): Promise<boolean> {
  const server = await listening(port);
  server?.close();
  return server !== undefined;
}

async function listening(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}
