import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptionalReference, PageRequest } from '../../../platform/http';

export class ListCustomersRequest extends PageRequest {
  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 100,
    description: 'The customer that has this number, if there is one.',
  })
  @IsOptionalReference()
  readonly externalReference?: string;
}
