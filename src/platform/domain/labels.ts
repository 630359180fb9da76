/** What a client keeps with a resource for its own use: texts under names. The modules give it back and act upon nothing of it. */
export type Metadata = Readonly<Record<string, string>>;

/** What a client attaches to a resource. May be personal data: it is written to no log, into no error and into no message. */
export interface Labels {
  /** The client's own number for the resource; no two resources of a kind have the same. */
  readonly externalReference: string | null;
  readonly metadata: Metadata;
}

/** Of a resource that nothing was attached to. */
export const NO_LABELS: Labels = { externalReference: null, metadata: {} };
