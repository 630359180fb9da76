import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { isSchema, type JsonSchema } from '../../schema-compatibility/json-schema';
import { WrongUse } from '../command';

/** Larger files are no schemas; a comparison of them would take minutes. */
const MAX_BYTES = 20_000_000;

/** Reads a JSON Schema; throws `WrongUse` where the file is unreadable or holds none. */
export function readSchema(file: string): JsonSchema {
  const text = readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new WrongUse(
      `${file} holds no JSON (${(error as Error).message}). Give a file with one JSON Schema.`,
    );
  }
  if (isSchema(value)) return value;
  throw new WrongUse(
    `${file} holds no JSON Schema: its root is ${Array.isArray(value) ? 'a list' : JSON.stringify(value)?.slice(0, 60)}. A schema is an object, true or false.`,
  );
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    const { size } = statSync(file);
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, and a schema may have ${MAX_BYTES}`);
    bytes = readFileSync(file);
  } catch (error) {
    throw new WrongUse(
      `${file} cannot be read (${(error as Error).message}). Give the path of a JSON Schema.`,
    );
  }
  if (isUtf8(bytes)) return bytes.toString().replace(/^\ufeff/, '');
  throw new WrongUse(`${file} is no UTF-8. Give a file with one JSON Schema.`);
}
