/** A JSON Schema of any draft, as parsed from JSON. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/** The document is no JSON Schema, or refers to what it does not hold. The message says where. */
export class SchemaError extends Error {
  constructor(
    readonly pointer: string,
    problem: string,
    wayOut: string,
  ) {
    super(`${pointer === '' ? 'The root' : pointer} ${problem}: ${wayOut}`);
    this.name = 'SchemaError';
  }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'boolean' || isObject(value);
