import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { IsVisibleText } from '../../platform/contracts';
import { LabelsView, PageView } from '../../platform/http';
import { Address } from './contracts/address';
import type { Customer } from './domain/customer';

/**
 * A rule on a field puts aside those that it inherits, so all of them are said here; that it is optional, and
 * trimmed, is inherited.
 */
const IsLine =
  (most: number): PropertyDecorator =>
  (target, property) =>
    [IsString(), Length(1, most), IsVisibleText()].forEach((decorate) => decorate(target, property));

/** An address in a request or an answer: the contract's rules, and text that can be seen. */
export class AddressView extends Address {
  @ApiPropertyOptional({ maxLength: 200 })
  @IsLine(200)
  override readonly recipient?: string;

  @ApiPropertyOptional({ maxLength: 200 })
  @IsLine(200)
  override readonly line1?: string;

  @ApiPropertyOptional({ maxLength: 200 })
  @IsLine(200)
  override readonly line2?: string;

  @ApiPropertyOptional({ maxLength: 100 })
  @IsLine(100)
  override readonly city?: string;

  @ApiPropertyOptional({ maxLength: 20 })
  @IsLine(20)
  override readonly postalCode?: string;

  @ApiProperty({ minLength: 1, maxLength: 60, example: 'United Kingdom' })
  @IsLine(60)
  override readonly country!: string;
}

/** A customer as the API shows it. */
export class CustomerView extends LabelsView {
  @ApiProperty({ format: 'uuid' })
  readonly customerId!: string;

  @ApiProperty()
  readonly name!: string;

  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'null' }] })
  readonly email!: string | null;

  @ApiProperty()
  readonly address!: AddressView;

  @ApiProperty({ type: 'integer', description: 'Also the `ETag`.' })
  readonly version!: number;

  static of({
    customerId,
    name,
    email,
    address,
    externalReference,
    metadata,
    version,
  }: Customer): CustomerView {
    return { customerId, name, email, address, externalReference, metadata, version };
  }
}

/** A page of customers. */
export class CustomerPageView extends PageView {
  @ApiProperty({ type: [CustomerView] })
  readonly items!: CustomerView[];
}

/** A customer that was just registered. */
export class RegisteredCustomerView extends LabelsView {
  @ApiProperty({ format: 'uuid' })
  readonly customerId!: string;
}

/** A customer that was just changed. */
export class CustomerVersionView {
  @ApiProperty({ format: 'uuid' })
  readonly customerId!: string;

  @ApiProperty({ type: 'integer', description: 'Also the `ETag`.' })
  readonly version!: number;
}
