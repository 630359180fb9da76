const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text that bytes from the broker are. Throws for what is no UTF-8, in whose place a lenient decoder
 * would put other characters.
 */
export function textOf(subject: string, data: Uint8Array): string {
  try {
    return decoder.decode(data);
  } catch (error) {
    throw new Error(`A message on ${subject} holds bytes that are no UTF-8.`, { cause: error });
  }
}
