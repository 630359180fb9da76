import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { documentsHeader } from './document-header';

/** The longest time that a request waits, in seconds, whatever it asks for. */
export const LONGEST_WAIT = 60;
const WAIT = /^wait\s*=\s*(?:"([0-9]{1,9})"|([0-9]{1,9}))$/i;

/**
 * The seconds that the client would like to wait for a final state: `number | undefined`, at most 60. RFC
 * 7240.
 */
export const PreferWait = createParamDecorator(
  (_data: unknown, context: ExecutionContext): number | undefined =>
    preferredWait(context.switchToHttp().getRequest<Request>().get('Prefer')),
  [
    documentsHeader({
      name: 'Prefer',
      description: `\`wait=N\` waits up to N seconds, at most ${LONGEST_WAIT}, for a final state.`,
      schema: { type: 'string', examples: ['wait=10'] },
    }),
  ],
);

/** A preference that is unknown or malformed is ignored, as the RFC wants it; of several the first counts. */
export function preferredWait(header: string | undefined): number | undefined {
  for (const preference of header?.split(',') ?? []) {
    const found = WAIT.exec(preference.split(';', 1)[0].trim());
    if (found) return Math.min(Number(found[1] ?? found[2]), LONGEST_WAIT);
  }
  return undefined;
}
