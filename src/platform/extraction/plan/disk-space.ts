import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Client } from 'pg';
import {
  nameOf,
  type DatabaseTarget,
  withAdministrator,
  withServerOf,
} from '../../placement/database-target';

const THIS_MACHINE = ['127.0.0.1', 'localhost', '[::1]'];
const MEGABYTE = 1_048_576;
/** The rows with their indexes, and the write-ahead log of both. */
const TIMES = 2;

/**
 * Refuses a target whose disk is too small for the module. Empty when that server's disk cannot be seen from
 * here.
 */
export async function insufficientDiskSpace({
  module,
  source,
  target,
}: {
  module: string;
  source: DatabaseTarget;
  target: DatabaseTarget;
}): Promise<string[]> {
  if (!THIS_MACHINE.includes(new URL(target.adminUrl).hostname)) return [];
  const folder = await withServerOf(target, `check ${module}`, dataFolderOf);
  if (folder === undefined || !existsSync(folder)) return [];
  const { bavail, bsize } = await statfs(folder);
  const [free, wanted] = [
    bavail * bsize,
    TIMES * (await withAdministrator(source, `check ${module}`, (client) => sizeOf(client, module))),
  ];
  if (free >= wanted) return [];
  return [
    `${nameOf(target)} has ${inMegabytes(free)} MB of disk left, and ${module} takes about ${inMegabytes(wanted)} MB there while it is copied. Make room, or name another server.`,
  ];
}

/** Undefined without the privilege to read `data_directory`. */
async function dataFolderOf(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ setting: string }>(
    `select setting from pg_settings where name = 'data_directory'`,
  );
  return rows[0]?.setting;
}

async function sizeOf(client: Client, module: string): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    `select coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 as bytes from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r'`,
    [module],
  );
  return rows[0].bytes;
}

const inMegabytes = (bytes: number): string => Math.ceil(bytes / MEGABYTE).toLocaleString('en-GB');
