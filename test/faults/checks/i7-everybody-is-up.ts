import type { Check } from './check';

export const everybodyIsUp: Check = {
  invariant: 'I7',
  sentence: 'every process is up, or was restarted, with no manual step',
  async find(stage) {
    const answers = await Promise.all(stage.hosts.map(async (host) => ({ host, ready: host.runs && (await host.isReady()) })));
    return answers
      .filter(({ ready }) => !ready)
      .map(({ host }) => `the process on port ${host.port} ${host.runs ? 'is not ready' : 'has ended'}`);
  },
};
