import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { RecordedLine, WireValue } from './recorded-line';

export interface Statement {
  readonly text: string;
  readonly name: string | undefined;
  readonly values: (string | Buffer | null)[] | undefined;
  readonly sentAt: number;
  doneAt: number;
  /** Rows that it inserted, changed or deleted. */
  written: number;
  /** The ids in what came back. */
  ids: readonly string[];
  failed: boolean;
}

/** What one connection sent from `begin` to `commit`, or one statement outside of that. */
export interface Transaction {
  readonly role: string;
  /** What the connection was opened with, such as its search path. */
  readonly options: string | undefined;
  readonly connection: number;
  readonly statements: Statement[];
}

const BEGINS = /^\s*(begin|start transaction)\b/i;
const ENDS = /(^|;)\s*(commit|rollback|end)\s*;?\s*$/i;

/** Whether a statement only begins or ends a transaction. */
export const isControl = ({ text }: Statement): boolean =>
  /^\s*(begin|start transaction|commit|rollback)[^;]*;?\s*$/i.test(text);

export const beginOf = ({ statements }: Transaction): number => statements[0].sentAt;
export const endOf = ({ statements }: Transaction): number => statements[statements.length - 1].doneAt;

/**
 * Everything that the recorded process sent as one of its own roles, in the order in which the transactions
 * began.
 */
export async function readRecording(file: string, isOwn: (role: string) => boolean): Promise<Transaction[]> {
  const connections = new Map<number, { role: string; options?: string }>();
  const texts = new Map<number, { text: string; name?: string }>();
  const statements = new Map<number, Statement>();
  const open = new Map<number, Transaction>();
  const transactions: Transaction[] = [];
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const line = JSON.parse(text) as RecordedLine;
    switch (line.kind) {
      case 'connection':
        connections.set(line.id, line);
        break;
      case 'text':
        texts.set(line.id, line);
        break;
      case 'done':
      case 'failed': {
        const statement = statements.get(line.id);
        if (!statement) break;
        statement.doneAt = line.at;
        if (line.kind === 'done') Object.assign(statement, { written: line.written, ids: line.ids });
        else statement.failed = true;
        statements.delete(line.id);
        break;
      }
      case 'sent': {
        const { role, options } = connections.get(line.connection) ?? { role: '' };
        const { text: sql, name } = texts.get(line.text) ?? { text: '' };
        if (!isOwn(role)) break;
        const values = line.values?.map(valueOf);
        const statement: Statement = {
          text: sql,
          name,
          values,
          sentAt: line.at,
          doneAt: Infinity,
          written: 0,
          ids: [],
          failed: false,
        };
        statements.set(line.id, statement);
        const running = open.get(line.connection);
        const transaction = running ?? { role, options, connection: line.connection, statements: [] };
        transaction.statements.push(statement);
        if (!running) transactions.push(transaction);
        if (ENDS.test(sql)) open.delete(line.connection);
        else if (BEGINS.test(sql)) open.set(line.connection, transaction);
        break;
      }
    }
  }
  return transactions;
}

const valueOf = (value: WireValue): string | Buffer | null =>
  value !== null && typeof value === 'object' ? Buffer.from(value.base64, 'base64') : value;
