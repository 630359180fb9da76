import { readSettings } from '../../../config/settings';
import { beginGeneration as begin } from '../../begin-generation';
import { type OpsCommand, WrongUse } from '../command';

export const beginGeneration: OpsCommand = {
  name: 'begin-generation',
  summary:
    "begins a new generation of a module's log after a restore or a promotion; wants the administrator's login and stopped processes",
  parameters: [{ name: 'module' }],
  run: async ({ parameters: [module] }, { modules, env, print, note }) => {
    if (!modules.includes(module)) throw new WrongUse(`There is no module "${module}". The modules are ${modules.join(', ')}.`);
    const generation = await begin({ settings: readSettings(env).database, module, log: note });
    print(`The log of ${module} is in generation ${generation}. The application can start again.`);
    return true;
  },
};
