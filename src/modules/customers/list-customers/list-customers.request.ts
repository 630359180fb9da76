import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptionalReference } from '../../../platform/http/labels.request';
import { PageRequest } from '../../../platform/http/paging';

export class ListCustomersRequest extends PageRequest {
  @ApiPropertyOptional({ minLength: 1, maxLength: 100, description: 'The customer that has this number, if there is one.' })
  @IsOptionalReference()
  readonly externalReference?: string;
}
