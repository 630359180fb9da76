import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, IsString, Length } from 'class-validator';
import type { Labels } from '../domain/labels';
import { IsMetadata, METADATA_LIMITS } from '../messages/validation/is-metadata';
import { IsVisibleText } from '../messages/validation/is-visible-text';

const LONGEST_REFERENCE = 100;
const { entries, nameLength, valueLength, bytes } = METADATA_LIMITS;

/** One spelling for one text: no white space around it, and composed characters (NFC). */
const canonical = (value: unknown): unknown =>
  typeof value === 'string' ? value.trim().normalize('NFC') : (value ?? undefined);

const canonicalValues = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, text]: [string, unknown]) => [
          name,
          text === null ? null : canonical(text),
        ]),
      )
    : (value ?? undefined);

/** Wants a client's own number for a resource, or none: 1 to 100 characters in one line, in one spelling. */
export const IsOptionalReference = (): PropertyDecorator => (target, property) =>
  [
    Transform(({ value }: { value: unknown }) => canonical(value)),
    IsOptional(),
    IsString(),
    Length(1, LONGEST_REFERENCE),
    IsVisibleText(),
  ].forEach((decorate) => decorate(target, property));

/** What a client may attach to a new resource. Extend it: a route has one class for its body. */
export class LabelsRequest {
  @ApiPropertyOptional({
    minLength: 1,
    maxLength: LONGEST_REFERENCE,
    description:
      'Your own number for it. A second one with the same number is refused with 409, which names the first.',
    example: 'WEB-10042',
  })
  @IsOptionalReference()
  readonly externalReference?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string', minLength: 1, maxLength: valueLength },
    maxProperties: entries,
    description:
      `Up to ${entries} texts of up to ${valueLength} characters that are kept for you, under names of up to ${nameLength} letters, digits or \`_ . : -\`; ` +
      `${bytes} bytes in all. It is given back with the resource, and nothing is done with it.`,
    example: { channel: 'web' },
  })
  @Transform(({ value }: { value: unknown }) => canonicalValues(value))
  @IsOptional()
  @IsMetadata()
  readonly metadata?: Labels['metadata'];
}
