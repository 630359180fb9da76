/** What a server says where a module's database, role or schema has not been made. */
const ABSENT: Readonly<Record<string, string>> = {
  '3D000': 'there is no such database',
  '28P01': 'the role of the module cannot log in',
  '28000': 'the role of the module cannot log in',
  '42501': 'the role of the module may not look into its schema',
};

/** Nothing of a module is where it is to live. Somebody may be about to make it. */
export class DatabaseAbsent extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'DatabaseAbsent';
  }
}

/** Why there is nothing of a module yet, as an error of the driver tells; undefined for an error of another kind. */
export const whyAbsent = (error: unknown): string | undefined => ABSENT[(error as { code?: string }).code ?? ''];
