import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Client, ClientBase, Pool } from 'pg';
import type { DataSource } from 'typeorm';

/*
 * What `pg` and TypeORM have and do not publish: all uses of it stand here. The versions it was seen in are
 * pinned by test/architecture/private-interfaces.unit.spec.ts.
 */

/** The process of the server that a connection was given, by the protocol; null before it is connected. */
export const backendPid = (client: ClientBase): number | null =>
  (client as unknown as { processID: number | null }).processID;

/** The protocol of a connection, which emits its errors, and the socket below it. */
export const protocolOf = (client: ClientBase): EventEmitter & { readonly stream: Socket } =>
  (client as unknown as { connection: EventEmitter & { stream: Socket } }).connection;

/** Ends a connection from this side, without a goodbye. */
export const destroySocket = (client: Client): void => void protocolOf(client).stream.destroy();

/** The pool of a data source; undefined before it is initialised. */
export const poolOf = ({ driver }: DataSource): Pool | undefined =>
  (driver as { master?: Pool } | undefined)?.master;

/** The options of a pool, as it reads them; with those that its class adds. */
export const optionsOf = <Options extends object = object>(pool: Pool): Options & { max: number } =>
  (pool as unknown as { options: Options & { max: number } }).options;
