import { Transform, type TransformFnParams } from 'class-transformer';
import { IsOptional, IsString, Length, MaxLength } from 'class-validator';

/** A part that is blank says nothing, so it is left out. */
const trimmedOrLeftOut = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' ? value.trim() || undefined : (value ?? undefined);

const PARTS = ['recipient', 'line1', 'line2', 'city', 'postalCode', 'country'] as const;

/**
 * Where a customer lives. Personal data: never write it to a log or into the text of an error. Only the
 * country is always known.
 */
export class Address {
  @Transform(trimmedOrLeftOut)
  @IsOptional()
  @IsString()
  @MaxLength(200)
  readonly recipient?: string;

  @Transform(trimmedOrLeftOut)
  @IsOptional()
  @IsString()
  @MaxLength(200)
  readonly line1?: string;

  @Transform(trimmedOrLeftOut)
  @IsOptional()
  @IsString()
  @MaxLength(200)
  readonly line2?: string;

  @Transform(trimmedOrLeftOut)
  @IsOptional()
  @IsString()
  @MaxLength(100)
  readonly city?: string;

  @Transform(trimmedOrLeftOut)
  @IsOptional()
  @IsString()
  @MaxLength(20)
  readonly postalCode?: string;

  @Transform(trimmedOrLeftOut)
  @IsString()
  @Length(1, 60)
  readonly country!: string;

  /**
   * Exactly the known parts of an address, as an instance that can be validated; other properties are
   * dropped.
   */
  static of(parts: Readonly<Partial<Record<(typeof PARTS)[number], string>> & { country: string }>): Address {
    const known = PARTS.filter((part) => parts[part] !== undefined && parts[part] !== null);
    return Object.assign(new Address(), Object.fromEntries(known.map((part) => [part, parts[part]])));
  }

  /** Whether two addresses say the same, part by part. */
  static same(one: Address, other: Address): boolean {
    return PARTS.every((part) => (one[part] ?? undefined) === (other[part] ?? undefined));
  }
}
