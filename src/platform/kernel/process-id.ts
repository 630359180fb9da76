import { v7 as uuidv7 } from 'uuid';

/** Names this process for as long as it runs: in the leases it holds and in the names of its connections. */
export const PROCESS_ID: string = uuidv7();
