import { KEYS } from '../harness/message';

/** What the business transactions and the handlers change; the same for every contestant. */
export const BUSINESS_TABLE = `
  create table accounts (
    id       int primary key,
    revision bigint not null default 0,
    effects  bigint not null default 0
  ) with (fillfactor = 50);
  insert into accounts (id) select generate_series(0, ${KEYS - 1})`;

/** The business update; prepared once on a connection. */
export const UPDATE = {
  name: 'bench-update',
  text: 'update accounts set revision = revision + 1 where id = $1',
};

/** The handler's effect. */
export const EFFECT = {
  name: 'bench-effect',
  text: 'update accounts set effects = effects + 1 where id = $1',
};
