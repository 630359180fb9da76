/** Formats whose texts fit other formats, too. */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  email: ['idn-email'],
  hostname: ['idn-hostname'],
  uri: ['uri-reference', 'iri', 'iri-reference'],
  'uri-reference': ['iri-reference'],
  iri: ['iri-reference'],
};

/** Whether every text of one format fits the other. */
export const formatFits = (writer: string, reader: string): boolean =>
  writer === reader || (WIDER[writer]?.includes(reader) ?? false);

const SUBJECT: Readonly<Record<string, string>> = {
  int32: 'number',
  int64: 'number',
  float: 'number',
  double: 'number',
};

/** Formats say something of texts, a few of numbers. */
export const isOfNumbers = (format: string): boolean => SUBJECT[format] === 'number';
