import { readSettings } from '../../config/settings';
import { formatPosition } from '../../log/position-beyond-log';
import type { ReaderBeyond } from '../begin-generation/readers-beyond';
import { type NewGeneration, beginGeneration as begin } from '../begin-generation/begin-generation';
import { type OpsCommand, WrongUse } from '../command';

export const beginGeneration: OpsCommand = {
  name: 'begin-generation',
  summary:
    "begins a new generation of a module's log after a restore, a promotion or a replaced database; wants the administrator's login, stopped processes and their NATS_URL",
  parameters: [{ name: 'module' }],
  run: async ({ parameters: [module] }, { modules, env, print, note }) => {
    if (!modules.includes(module))
      throw new WrongUse(`There is no module "${module}". The modules are ${modules.join(', ')}.`);
    const { generation, stream, beyond } = await begin({
      settings: readSettings(env),
      module,
      modules,
      log: note,
    });
    if (stream) for (const line of linesAbout(module, stream)) print(line);
    for (const reader of beyond) print(lineAbout(reader));
    print(`The log of ${module} is in generation ${generation}. The application can start again.`);
    return true;
  },
};

/** What a subscription has had that the log no longer has. */
const lineAbout = ({ subscription, laneGroups, furthest, held }: ReaderBeyond): string =>
  `Beyond the log's end stood ${subscription} (lane groups: ${laneGroups}, the furthest at ${furthest}): what it has handled there is lost here. ` +
  `It goes on with the new generation${held > 0 ? `, and keeps ${held} messages from there that it holds back` : ''}.`;

/** What was lost, and what goes on. */
function linesAbout(
  module: string,
  { through, common, lost, republished, moved }: NonNullable<NewGeneration['stream']>,
): string[] {
  const types = [...lost.types].map(([type, count]) => `${type}: ${count}`).join(', ');
  return [
    `The broker's stream of ${module} goes on to ${formatPosition(through)}; ` +
      (common
        ? `up to ${formatPosition(common)} it is the same as the log in this database.`
        : 'it has nothing in common with the log in this database.'),
    `Lost here: ${lost.messages} messages of the stream are not in this log${types ? ` (${types})` : ''}. Modules elsewhere have handled them, or still will.`,
    `Published again: ${republished} messages that the stream does not have. Positions moved along in this database: ${moved}.`,
  ];
}
