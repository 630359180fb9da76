import { ApiProperty } from '@nestjs/swagger';
import { PageView } from '../../../../src/platform/http';

export class PointsAccountView {
  @ApiProperty({ format: 'uuid' })
  readonly customerId!: string;

  @ApiProperty({ type: 'integer' })
  readonly balance!: number;
}

export class PointsAccountPageView extends PageView {
  @ApiProperty({ type: [PointsAccountView] })
  readonly items!: PointsAccountView[];
}
