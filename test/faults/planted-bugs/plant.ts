// Loaded before the application, as in: NODE_ENV=test PLANTED_BUG=<name> node --require
// dist/test/faults/planted-bugs/plant.js dist/src/main.js
import 'reflect-metadata';
import { plantedBugs } from './planted-bugs';

const { NODE_ENV, PLANTED_BUG } = process.env;
if (NODE_ENV === 'production')
  throw new Error('Bugs are not planted in production. Start without this file, or with another NODE_ENV.');
const bug = plantedBugs.find(({ name }) => name === PLANTED_BUG);
if (!bug)
  throw new Error(
    `PLANTED_BUG must be one of ${plantedBugs.map(({ name }) => name).join(', ')}. Correct it, or start without this file.`,
  );
bug.plant();
