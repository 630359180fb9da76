import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { isUUID } from 'class-validator';
import { UnitOfWork } from '../../../../src/platform/database/unit-of-work';
import { Refusal } from '../../../../src/platform/domain/refusal';
import { decodeCursor, type Page, pageOf } from '../../../../src/platform/http/paging';
import { BEFORE_ALL_UUIDS } from '../../../../src/platform/validation/uuid';
import { ListAccounts, type PointsAccountView } from './list-accounts.query';

@QueryHandler(ListAccounts)
export class ListAccountsHandler implements IQueryHandler<ListAccounts> {
  constructor(private readonly work: UnitOfWork) {}

  /** Reads one row too many, which proves that there is a next page. */
  async execute({ limit, cursor }: ListAccounts): Promise<Page<PointsAccountView>> {
    const rows = await this.work.manager.query<PointsAccountView[]>(
      `select customer_id as "customerId", balance from points_accounts
       where customer_id > $1 order by customer_id limit $2`,
      [cursor === undefined ? BEFORE_ALL_UUIDS : lastOf(cursor), limit + 1],
    );
    return pageOf(rows, limit, ({ customerId }) => [customerId]);
  }
}

function lastOf(cursor: string): string {
  const [customerId] = decodeCursor(cursor);
  if (!isUUID(customerId)) throw new Refusal('invalid', 'loyalty.cursor-malformed', 'This cursor does not belong to the list of accounts.');
  return String(customerId);
}
