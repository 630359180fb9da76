import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { UnitOfWork } from '../../../../src/platform/index';
import { Keyset, type Page, type PageRequest } from '../../../../src/platform/http';
import { PointsAccount } from '../domain/points-account';
import type { PointsAccountView } from './points-account.view';

const ACCOUNTS = Keyset.ofUuids('loyalty', 'the list of accounts');

/** Reads a page of accounts by customer. */
@Injectable()
export class ListAccountsReader {
  constructor(private readonly work: UnitOfWork) {}

  /** Reads one row too many, which proves that there is a next page. */
  async read({ limit, cursor }: PageRequest): Promise<Page<PointsAccountView>> {
    const where = { customerId: MoreThan(ACCOUNTS.after(cursor)) };
    const accounts = await this.work.read('loyalty', () =>
      this.work.manager.find(PointsAccount, { where, order: { customerId: 'asc' }, take: limit + 1 }),
    );
    return ACCOUNTS.page(
      accounts.map(({ customerId, balance }) => ({ customerId, balance })),
      limit,
      ({ customerId }) => customerId,
    );
  }
}
