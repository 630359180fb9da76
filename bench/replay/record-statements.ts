import { closeSync, openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Connection } from 'pg';
import { projectFolder } from '../../src/demo/project-folder';
import { idsIn, RECORDING_FILE, type RecordedLine, rowsWritten } from './recorded-line';

/*
 * Loaded into the application by `node --require`, before anything else: writes down every statement that its connections
 * send, with parameters as they go over the wire. Sits below everything the application builds on `pg`, and changes nothing of it.
 */

interface ConnectingClient {
  user?: string;
  connection: Connection;
  connectionParameters: { options?: string };
}

interface SentQuery {
  text?: string;
  name?: string;
  values?: unknown[];
  _results?: SentResult | SentResult[];
}

interface SentResult {
  command?: string | null;
  rowCount?: number | null;
  rows?: unknown[];
}

/** Written in large pieces, so that recording slows the application down as little as possible. */
const PIECE = 1 << 20;

const product = createRequire(join(projectFolder(), 'package.json'));
const pg = product('pg') as { Client: { prototype: object }; Query: { prototype: object } };
const { prepareValue } = product('pg/lib/utils') as {
  prepareValue: (value: unknown) => string | Buffer | null;
};

const file = openSync(process.env[RECORDING_FILE] ?? 'statements.jsonl', 'w');
let piece = '';
const flush = (): void => {
  writeSync(file, piece);
  piece = '';
};
const write = (line: RecordedLine): void => {
  piece += `${JSON.stringify(line)}\n`;
  if (piece.length > PIECE) flush();
};
process.on('exit', () => {
  flush();
  closeSync(file);
});

const now = (): number => performance.timeOrigin + performance.now();
const connections = new WeakMap<object, number>();
const sent = new WeakMap<object, number>();
const texts = new Map<string, number>();
let opened = 0;
let statements = 0;

const wireValue = (value: unknown): string | null | { base64: string } => {
  const prepared = prepareValue(value);
  return Buffer.isBuffer(prepared) ? { base64: prepared.toString('base64') } : prepared;
};

function textId(text: string, name: string | undefined): number {
  const key = `${name ?? ''} ${text}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  texts.set(key, texts.size);
  write({ kind: 'text', id: texts.size - 1, text, name });
  return texts.size - 1;
}

patch<ConnectingClient>(pg.Client.prototype, 'connect', (client) => {
  connections.set(client.connection, (opened += 1));
  write({
    kind: 'connection',
    id: opened,
    role: client.user ?? '',
    options: client.connectionParameters.options,
  });
});

patch<SentQuery>(pg.Query.prototype, 'submit', (query, [connection]) => {
  const id = (statements += 1);
  sent.set(query, id);
  write({
    kind: 'sent',
    id,
    connection: connections.get(connection as object) ?? 0,
    at: now(),
    text: textId(query.text ?? '', query.name),
    values: query.values?.map(wireValue),
  });
});

patch<SentQuery>(pg.Query.prototype, 'handleReadyForQuery', (query) => {
  const results = [query._results ?? []].flat();
  const written = results.reduce((sum, result) => sum + rowsWritten(result), 0);
  const ids = [
    ...new Set(results.flatMap(({ rows = [] }) => (rows.length > 0 ? idsIn(JSON.stringify(rows)) : []))),
  ];
  write({ kind: 'done', id: sent.get(query) ?? 0, at: now(), written, ids });
});

patch<SentQuery>(pg.Query.prototype, 'handleError', (query) => {
  write({ kind: 'failed', id: sent.get(query) ?? 0, at: now() });
});

/** Calls `before` with the receiver and the arguments of each call of a method, then the method. */
function patch<Receiver>(
  prototype: object,
  method: string,
  before: (receiver: Receiver, args: unknown[]) => void,
): void {
  const methods = prototype as Record<string, (...args: unknown[]) => unknown>;
  const original = methods[method];
  methods[method] = function (this: Receiver, ...args: unknown[]) {
    before(this, args);
    return original.apply(this, args);
  };
}
