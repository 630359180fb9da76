/** Names the file that a recording goes to. */
export const RECORDING_FILE = 'BENCH_RECORDING_FILE';

/** A parameter as it goes over the wire. */
export type WireValue = string | null | { base64: string };

/** One line of a recording. Times are milliseconds since 1970, with fractions. */
export type RecordedLine =
  | { kind: 'connection'; id: number; role: string; options?: string }
  | { kind: 'text'; id: number; text: string; name?: string }
  | { kind: 'sent'; id: number; connection: number; at: number; text: number; values?: WireValue[] }
  | { kind: 'done'; id: number; at: number; written: number; ids: string[] }
  | { kind: 'failed'; id: number; at: number };

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** The ids that a text mentions: of orders, shipments, messages, processes. */
export const idsIn = (text: string): string[] => text.match(UUID)?.map((id) => id.toLowerCase()) ?? [];

/** How many rows a statement inserted, changed or deleted. */
export const rowsWritten = ({
  command,
  rowCount,
}: {
  command?: string | null;
  rowCount?: number | null;
}): number => (command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' ? (rowCount ?? 0) : 0);
