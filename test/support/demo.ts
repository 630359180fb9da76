import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '../../src/demo/project-folder';

/** A file of the demo's data. */
export const demoData = (file: string): string => join(projectFolder(), 'src/demo/data', file);

/** Runs the demo as `npm run demo -- ...` does, with a folder for what it keeps meanwhile. */
export async function demo(
  temporary: string,
  ...argv: string[]
): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, ['src/platform/start/run.js', 'src/demo/main', ...argv], {
    cwd: projectFolder(),
    env: { ...process.env, TMPDIR: temporary },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exitCode = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  return { exitCode, output };
}
