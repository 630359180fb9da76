import { Module } from '@nestjs/common';
import { BoundedContext } from '../../platform/index';
import { AddItemController } from './add-item/add-item.controller';
import { AddItemHandler } from './add-item/add-item.handler';
import { ChangeItemController } from './change-item/change-item.controller';
import { ChangeItemHandler } from './change-item/change-item.handler';
import { FindItemsHandler } from './find-items/find-items.handler';
import { ListItemsController } from './list-items/list-items.controller';
import { ListItemsReader } from './list-items/list-items.reader';
import { ItemRepository } from './persistence/item.repository';
import { ItemSchema } from './persistence/item.schema';
import { ShowItemController } from './show-item/show-item.controller';
import { ShowItemReader } from './show-item/show-item.reader';
import { WithdrawItemController } from './withdraw-item/withdraw-item.controller';
import { WithdrawItemHandler } from './withdraw-item/withdraw-item.handler';

/** What can be ordered, and whether it is kept in stock. */
@BoundedContext({ name: 'catalog', owner: 'merchandising', entities: [ItemSchema] })
@Module({
  controllers: [
    AddItemController,
    ListItemsController,
    ShowItemController,
    ChangeItemController,
    WithdrawItemController,
  ],
  providers: [
    ItemRepository,
    AddItemHandler,
    ChangeItemHandler,
    WithdrawItemHandler,
    ShowItemReader,
    ListItemsReader,
    FindItemsHandler,
  ],
})
export class CatalogModule {}
