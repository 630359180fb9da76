import { isUUID } from 'class-validator';
import * as uuid from '../../../src/platform/messages/validation/uuid';
import type { PlantedBug } from './planted-bug';
import { replaceExport } from './planting';

export const idAsSpelled: PlantedBug = {
  name: 'id-as-spelled',
  sentence:
    'an id is taken as the client has spelled it, so what is text here and a uuid there is one thing in one table and two in another',
  plant: () =>
    replaceExport(uuid, 'canonicalUuid', () => (value) => (isUUID(value) ? String(value) : undefined)),
};
