import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';

/** The order named in a path. */
export class OrderPath {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  readonly orderId!: string;
}
