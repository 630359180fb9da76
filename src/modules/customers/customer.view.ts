import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsVisibleText } from '../../platform/validation/is-visible-text';
import { Address } from './contracts/address';

/** An address in a request or an answer; the rules are those of the contract. */
export class AddressView extends Address {
  @ApiPropertyOptional({ maxLength: 200 })
  @IsVisibleText()
  override readonly recipient?: string;

  @ApiPropertyOptional({ maxLength: 200 })
  @IsVisibleText()
  override readonly line1?: string;

  @ApiPropertyOptional({ maxLength: 200 })
  @IsVisibleText()
  override readonly line2?: string;

  @ApiPropertyOptional({ maxLength: 100 })
  @IsVisibleText()
  override readonly city?: string;

  @ApiPropertyOptional({ maxLength: 20 })
  @IsVisibleText()
  override readonly postalCode?: string;

  @ApiProperty({ minLength: 1, maxLength: 60, example: 'United Kingdom' })
  @IsVisibleText()
  override readonly country!: string;
}

/** A customer as the API shows it. */
export class CustomerView {
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
}

/** A page of customers. */
export class CustomerPageView {
  @ApiProperty({ type: [CustomerView] })
  readonly items!: CustomerView[];

  @ApiPropertyOptional({ description: 'The `cursor` of the next page; absent on the last one.' })
  readonly nextCursor?: string;
}

/** A customer that was just registered. */
export class RegisteredCustomerView {
  @ApiProperty({ format: 'uuid' })
  readonly customerId!: string;
}

/** A customer that was just changed. */
export class CustomerVersionView extends RegisteredCustomerView {
  @ApiProperty({ type: 'integer', description: 'Also the `ETag`.' })
  readonly version!: number;
}
