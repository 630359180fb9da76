import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectFolder } from '../../../src/demo/project-folder';

const PROGRAM = join(projectFolder(), 'dist', 'src', 'ops.js');

/**
 * What an operator would type after `npm run ops --`, with these settings in the environment. Answers what
 * was printed; rejects with it when the exit code is not 0.
 */
export async function opsCommand(
  settings: Readonly<Record<string, string>>,
  ...command: string[]
): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, ...command], {
    cwd: projectFolder(),
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: join(projectFolder(), 'dist', '.compiled'),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`npm run ops -- ${command.join(' ')} ended with ${code}: ${printed}`);
  return printed;
}
