import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Mutant, planted } from './mutant.ts';

/** What tests need of the repository. Packages and the broker's server are shared with it. */
const COPIED = [
  'src',
  'migrations',
  'test',
  'docs',
  'README.md',
  'package.json',
  'package-lock.json',
  'jest.config.js',
  'tsconfig.json',
  'tsconfig.build.json',
  'tsconfig.faults.json',
];
const SHARED = ['node_modules', '.data/nats-server'];

/** How a run of test files ended. */
export interface TestRun {
  passed: boolean;
  /** The end of what it printed. */
  output: string;
}

/** A copy of the sources in which mistakes are planted, so that the working tree stays as it is. */
export class Sandbox {
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static make(root: string): Sandbox {
    const folder = mkdtempSync(join(tmpdir(), 'seamline-mutants-'));
    for (const name of COPIED) cpSync(join(root, name), join(folder, name), { recursive: true });
    // Jest wants every folder of its configuration to be there.
    mkdirSync(join(folder, 'bench'));
    for (const name of SHARED.filter((shared) => existsSync(join(root, shared)))) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      symlinkSync(join(root, name), join(folder, name));
    }
    return new Sandbox(folder);
  }

  /** Runs `task` while the mistake is in the sources. */
  async with<T>(mutant: Mutant, task: () => Promise<T>): Promise<T> {
    const file = join(this.folder, mutant.file);
    const source = readFileSync(file, 'utf8');
    writeFileSync(file, planted(mutant, source));
    try {
      return await task();
    } finally {
      writeFileSync(file, source);
    }
  }

  /**
   * Runs test files, until the first test fails; with a build first where they start the built application.
   */
  run(specs: readonly string[], builds: boolean): Promise<TestRun> {
    return new Promise((resolve, reject) => {
      const options = [
        '--bail',
        '--runInBand',
        '--env',
        join(this.folder, 'test/mutants/first-failure-environment.js'),
      ];
      const jest = spawn(
        process.execPath,
        ['node_modules/jest/bin/jest.js', ...options, '--runTestsByPath', ...specs],
        {
          cwd: this.folder,
          env: { ...process.env, CI: '1', ...(!builds && { SEAMLINE_TESTS_BUILD: 'none' }) },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      let output = '';
      const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-6_000));
      jest.stdout.on('data', keep);
      jest.stderr.on('data', keep);
      jest.once('error', reject);
      jest.once('close', (code) => resolve({ passed: code === 0, output }));
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
