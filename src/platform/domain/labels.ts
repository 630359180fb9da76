/**
 * What a client attaches to a resource. May be personal data: it is written to no log, into no error and into
 * no message.
 */
export interface Labels {
  /** The client's own number for the resource; no two resources of a kind have the same. */
  readonly externalReference: string | null;
  /** Texts under names, for the client's own use. The modules give them back and act upon nothing of them. */
  readonly metadata: Readonly<Record<string, string>>;
}

export const Labels = {
  /** Of a resource that nothing was attached to. */
  none: { externalReference: null, metadata: {} } as Labels,

  /** What a request attaches, with what it leaves out. */
  of: ({ externalReference, metadata }: Partial<Labels>): Labels => ({
    externalReference: externalReference ?? null,
    metadata: metadata ?? {},
  }),
};
