#!/usr/bin/env node
'use strict';
// Usage: node src/platform/start/dev.js [--inspect[=PORT]]. Runs the application and restarts it when a source changes.
// Plain JavaScript, as build.js is: it runs before anything is built.
const { fork, spawn } = require('node:child_process');
const fs = require('node:fs');
const { join, relative } = require('node:path');
const { performance } = require('node:perf_hooks');
const { build, installed, ROOT, DIST, APPLICATION, forgetBuild } = require('./build');

const DEFAULT_INSPECTOR_PORT = 9229;
/** Editors and version control write several files at once. */
const SETTLED_MS = 50;

const ts = require(installed('typescript') || 'typescript');
const { options } = ts.getParsedCommandLineOfConfigFile(
  join(ROOT, APPLICATION.config),
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
);

const inspect = process.argv.find((argument) => /^--inspect(=\d+)?$/.test(argument));
const inspectorPort = inspect && Number(inspect.split('=')[1] ?? DEFAULT_INSPECTOR_PORT);

/** The application; undefined while there is none. */
let running;
/** A process that has loaded the packages already and waits for its turn: loading them is the longer half of a start. */
let spare;
/** Checks types beside it: errors are shown, and a restart does not wait for them. */
let checker;
/** What the application loads from packages, as it told when it was ready. */
let packages = [];
let stopping = false;

function fail(diagnostic) {
  throw new Error(ts.formatDiagnostics([diagnostic], formatHost));
}

const formatHost = {
  getCanonicalFileName: (file) => file,
  getCurrentDirectory: () => ROOT,
  getNewLine: () => '\n',
};

/**
 * A process that waits for its turn. It leads a process group of its own, so that a Ctrl-C in the terminal reaches it once, from here.
 */
function newProcess() {
  const child = fork(join(__dirname, 'dev-process.js'), {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.ended = new Promise((resolve) => child.once('exit', resolve));
  child.on('error', (error) => console.error(error.message));
  child.send({ packages });
  return child;
}

/** Starts the application; `since` is when the change was seen that it is restarted for. */
function start(since) {
  const child = spare ?? newProcess();
  spare = undefined;
  running = child;
  child.on('message', (message) => {
    if (!message.ready) return;
    packages = message.packages;
    if (since !== undefined)
      console.error(`Restarted in ${((performance.now() - since) / 1000).toFixed(1)} s.`);
    if (stopping || running !== child) return;
    spare ??= newProcess();
    checker ??= spawn(
      process.execPath,
      [
        installed('typescript/bin/tsc'),
        '-p',
        APPLICATION.config,
        '--noEmit',
        '--watch',
        '--preserveWatchOutput',
      ],
      {
        cwd: ROOT,
        detached: true,
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
  });
  void child.ended.then((code) => {
    if (running !== child) return;
    running = undefined;
    if (!stopping && !child.stopped)
      console.error(
        `The application ended${code ? ` with exit code ${code}` : ''}. It is started again after the next change.`,
      );
  });
  child.send({ run: join(DIST, 'src/main.js'), inspectorPort });
}

async function stop() {
  const child = running;
  if (!child) return;
  child.stopped = true;
  child.kill('SIGTERM');
  await child.ended;
}

/** Compiles one source as the build does, but for its types. Answers whether the output changed; undefined where it does not parse. */
function compile(file) {
  const output = join(DIST, relative(ROOT, file)).replace(/\.ts$/, '.js');
  const before = fs.existsSync(output) ? fs.readFileSync(output, 'utf8') : undefined;
  if (!fs.existsSync(file)) {
    fs.rmSync(output, { force: true });
    return before !== undefined;
  }
  const source = fs.readFileSync(file, 'utf8');
  const { outputText, sourceMapText, diagnostics } = ts.transpileModule(source, {
    fileName: file,
    compilerOptions: options,
    reportDiagnostics: true,
  });
  if (diagnostics.length > 0) {
    console.error(ts.formatDiagnosticsWithColorAndContext(diagnostics, formatHost));
    return undefined;
  }
  if (outputText === before) return false;
  // The next build must not take this output for its own.
  forgetBuild(APPLICATION);
  fs.mkdirSync(join(output, '..'), { recursive: true });
  fs.writeFileSync(output, outputText);
  if (sourceMapText) fs.writeFileSync(`${output}.map`, sourceMapText);
  return true;
}

/** Restarts the application after changes, one after another; a change while it restarts brings another restart. */
function watch() {
  const changed = new Set();
  let timer;
  let seen;
  let busy = Promise.resolve();
  /** What runs is older than what is compiled: also while another source does not parse. */
  let outdated = false;
  const apply = async () => {
    const [files, since] = [[...changed], seen];
    changed.clear();
    seen = undefined;
    const outcomes = files.map((file) => compile(file));
    outdated ||= outcomes.includes(true);
    if (stopping || outcomes.includes(undefined) || (running && !outdated)) return;
    outdated = false;
    console.error(`Changed: ${files.map((file) => relative(ROOT, file)).join(', ')}. Restarting ...`);
    await stop();
    if (!stopping) start(since);
  };
  return APPLICATION.sources.map((folder) =>
    fs.watch(join(ROOT, folder), { recursive: true }, (_event, name) => {
      if (!name || !name.endsWith('.ts') || name.endsWith('.spec.ts')) return;
      changed.add(join(ROOT, folder, name));
      seen ??= performance.now();
      clearTimeout(timer);
      timer = setTimeout(() => (busy = busy.then(apply, apply)), SETTLED_MS);
    }),
  );
}

/** Keeps the embedded server, where there is one: a restart finds it running. */
function holdServer() {
  require('reflect-metadata');
  // Built with the application, or beside this file in the package of the platform.
  const ofPackage = join(__dirname, '../provisioning/early-server.js');
  const { startServerEarly } = require(
    fs.existsSync(ofPackage) ? ofPackage : join(DIST, 'src/platform/provisioning/early-server.js'),
  );
  return startServerEarly(process.env, (line) => console.log(line));
}

async function main() {
  build();
  const server = holdServer();
  let ending;
  const end = async (signal) => {
    // The second one goes through to the application, which then ends at once.
    if (stopping) return void ending?.kill(signal);
    stopping = true;
    ending = running;
    for (const other of [spare, checker]) other?.kill('SIGKILL');
    ending?.kill(signal);
    const code = await ending?.ended;
    await server?.stop();
    process.exit(code ?? 0);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, end);
  await server?.starting;
  if (stopping) return;
  start();
  watch();
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
