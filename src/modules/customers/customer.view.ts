import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Address } from './contracts/address';

/** An address in a request or an answer; the rules are those of the contract. */
export class AddressView extends Address {
  @ApiPropertyOptional({ maxLength: 200 })
  override readonly recipient?: string;

  @ApiPropertyOptional({ maxLength: 200 })
  override readonly line1?: string;

  @ApiPropertyOptional({ maxLength: 200 })
  override readonly line2?: string;

  @ApiPropertyOptional({ maxLength: 100 })
  override readonly city?: string;

  @ApiPropertyOptional({ maxLength: 20 })
  override readonly postalCode?: string;

  @ApiProperty({ minLength: 1, maxLength: 60, example: 'United Kingdom' })
  override readonly country!: string;
}

/** A customer as the API shows it. */
export class CustomerView {
  @ApiProperty({ format: 'uuid' })
  readonly customerId!: string;

  @ApiProperty()
  readonly name!: string;

  @ApiProperty({ type: String, nullable: true })
  readonly email!: string | null;

  @ApiProperty()
  readonly address!: AddressView;

  @ApiProperty()
  readonly version!: number;
}
