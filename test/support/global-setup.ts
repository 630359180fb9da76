import { buildForTests } from './build-for-tests';
import { startChosenServer } from './chosen-server';
import { removeLeftovers } from './test-server';

/** One server for the whole run; each test file gets a database of its own on it (`openTestDatabase`). */
export default async function globalSetup(): Promise<void> {
  buildForTests();
  await removeLeftovers();
  const server = await startChosenServer();
  process.env.SEAMLINE_TEST_ADMIN_URL = server.adminUrl;
  if (server.pooler !== undefined) process.env.SEAMLINE_TEST_POOLER = server.pooler;
  (globalThis as { stopTestServer?: () => Promise<void> }).stopTestServer = () => server.stop();
}
