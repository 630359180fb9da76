/**
 * Lists as parameters of a statement. `pg` writes a list as one text in which each element is escaped; the
 * server reads that letter by letter, and only then the elements. In PostgreSQL's binary form an element is
 * its length and its bytes.
 */

const TEXT = 25;
const JSONB = 3802;
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const JSONB_VERSION = Buffer.from([1]);

/** Texts, as a `text[]`. */
export const texts = (values: readonly string[]): Buffer => binaryArray(TEXT, values);

/** JSON texts, as a `jsonb[]`. */
export const jsonDocuments = (values: readonly string[]): Buffer => binaryArray(JSONB, values, JSONB_VERSION);

/** Numbers or ids, as an array of any type that writes them without a comma, quotes or spaces. */
export const plain = (values: readonly (string | number)[]): string => `{${values.join()}}`;

function binaryArray(type: number, values: readonly string[], prefix = Buffer.alloc(0)): Buffer {
  const lengths = values.map((value) => prefix.length + Buffer.byteLength(value));
  const array = Buffer.allocUnsafe(
    lengths.reduce((sum, length) => sum + LENGTH_BYTES + length, HEADER_BYTES),
  );
  // One dimension without nulls, of so many elements, counted from 1.
  let at = 0;
  for (const field of [1, 0, type, values.length, 1]) at = array.writeInt32BE(field, at);
  values.forEach((value, index) => {
    at = array.writeInt32BE(lengths[index], at);
    at += prefix.copy(array, at);
    at += array.write(value, at);
  });
  return array;
}
