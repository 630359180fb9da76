import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';

/** The customer named in a path. */
export class CustomerPath {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  readonly customerId!: string;
}
