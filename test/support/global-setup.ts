import { buildForTests } from './build-for-tests';
import { removeLeftovers, startTestServer } from './test-server';

/** One server for the whole run; each test file gets a database of its own on it (`openTestDatabase`). */
export default async function globalSetup(): Promise<void> {
  buildForTests();
  await removeLeftovers();
  const server = await startTestServer();
  process.env.SEAMLINE_TEST_ADMIN_URL = server.adminUrl;
  (globalThis as { stopTestServer?: () => Promise<void> }).stopTestServer = () => server.stop();
}
