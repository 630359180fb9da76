import { Transform } from 'class-transformer';
import { IsEmail, IsOptional, IsString, Length, MaxLength } from 'class-validator';

const all =
  (...decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, property) =>
    decorators.forEach((decorate) => decorate(target, property));

const Trimmed = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim() : (value ?? undefined),
  );

/** Wants the name of a customer: 1 to 200 characters, without space around it. */
export const IsCustomerName = (): PropertyDecorator => all(Trimmed(), IsString(), Length(1, 200));

/** Wants an e-mail address, or none. */
export const IsOptionalEmail = (): PropertyDecorator =>
  all(Trimmed(), IsOptional(), IsEmail(), MaxLength(254));
