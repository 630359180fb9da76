import { validate } from 'uuid';
import { cloudEventOf } from '../../messages/cloud-event';
import { type OpsCommand, WrongUse } from '../command';
import { withOperations } from '../operations';

export const message: OpsCommand = {
  name: 'message',
  summary: 'one message as it was published, as a CloudEvent in JSON; `deferred --json` shows ids',
  parameters: [{ name: 'id' }],
  run: async ({ parameters: [id] }, program) => {
    if (!validate(id)) throw new WrongUse(`"${id}" is no message's id, which is a UUID.`);
    const found = await withOperations(program, (operations) => operations.messages.find(id.toLowerCase()));
    program.print(JSON.stringify(cloudEventOf(found), undefined, 2));
    return true;
  },
};
