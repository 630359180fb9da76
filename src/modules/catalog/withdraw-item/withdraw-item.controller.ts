import { Controller, Delete, HttpCode, Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IfMatch, SafeToRepeat } from '../../../platform/http';
import { WithdrawItem } from '../contracts/withdraw-item.command';
import { ItemPath } from '../item-path.request';

@ApiTags('catalog')
@Controller('items')
export class WithdrawItemController {
  constructor(private readonly commands: CommandBus) {}

  /** The item can still be read, because orders of the past name it. */
  @Delete(':itemId')
  @SafeToRepeat('an item that is withdrawn stays so')
  @ApiOperation({ operationId: 'withdrawItem', summary: 'Withdraws an item: it cannot be ordered any more' })
  @HttpCode(204)
  @ApiNoContentResponse()
  async withdraw(
    @Param() { itemId }: ItemPath,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<void> {
    await this.commands.execute(new WithdrawItem({ itemId, expectedVersion }));
  }
}
