/** SQLSTATE codes of a server on which the module's database, role or schema does not exist. */
const REASONS: Readonly<Record<string, string>> = {
  '3D000': 'there is no such database',
  '28P01': 'the role of the module cannot log in',
  '28000': 'the role of the module cannot log in',
  '42501': 'the role of the module may not look into its schema',
};

/** The module's database, role or schema does not exist yet. It may be provisioned later. */
export class DatabaseNotProvisioned extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'DatabaseNotProvisioned';
  }
}

/** Why a module is not provisioned, by the driver's error code; undefined for other errors. */
export const notProvisionedReason = (error: unknown): string | undefined =>
  REASONS[(error as { code?: string }).code ?? ''];
