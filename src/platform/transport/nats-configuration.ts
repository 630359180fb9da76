import { rolePassword } from '../database/roles';
import type { BrokerAccess } from '../topology/remote-dependencies';
import { logSubjects, streamOf } from './log-subjects';

/** A login to the broker: that of a process, which may speak for the modules it hosts and for no others. */
export interface BrokerUser {
  name: string;
  password: string;
  modules: readonly string[];
  /** What its modules need of others; everything when absent. */
  access?: BrokerAccess;
}

/**
 * The login of a process that hosts these modules. Its password is derived as those of the database roles
 * are.
 */
export function brokerUser(modules: readonly string[], secret: string, access?: BrokerAccess): BrokerUser {
  const name = modules.join('+');
  return { name, password: rolePassword(secret, `nats:${name}`), modules, access };
}

/** The inbox of a login's requests. No other login may subscribe to it. */
export const inboxOf = (user: string): string => `_INBOX.${user.replace(/[^\w+-]/g, '_')}`;

/** `NATS_URL` for that login. */
export const urlFor = ({ name, password }: BrokerUser, servers: string): string =>
  servers
    .split(',')
    .map((server) => `nats://${encodeURIComponent(name)}:${encodeURIComponent(password)}@${server.trim()}`)
    .join(',');

/**
 * The part of a nats-server's configuration that lets each process publish the logs of its own modules only,
 * read the logs that its modules listen to, answer calls to its own modules only, and make the calls that its
 * modules are known to make. A server does not check where the answer to a question is to go, so a login can
 * still have a message sent anywhere: what counts is signed (`module-keys.ts`).
 */
export function natsConfiguration(users: readonly BrokerUser[]): string {
  return `# Made by: npm run nats:config. Include it in the configuration of every NATS server of the cluster, which should also say:
# jetstream { sync_interval: always, store_dir: ... }
accounts {
  seamline {
    jetstream: enabled
    users: [
${users.map(userEntry).join('\n')}
    ]
  }
}
`;
}

function userEntry({ name, password, modules, access }: BrokerUser): string {
  const own = modules.flatMap((module) => [logSubjects(module), `$JS.API.STREAM.CREATE.${streamOf(module)}`]);
  const read = access ? [...new Set([...modules, ...access.logs])].map(streamOf) : ['*'];
  const publish = [
    ...own,
    // Calls to other modules, their liveness, the ends of their logs and their addresses.
    ...(access
      ? [
          ...access.calls.map((contract) => `seamline.call.${contract}`),
          'seamline.call.*._presence',
          'seamline.call.*._log.*',
        ]
      : ['seamline.call.>']),
    'seamline.address.>',
    // Reading a log: where its stream stands, and a consumer of one's own, whose name no other login can
    // guess. None of these changes what a stream holds, and none removes a consumer: the server removes idle
    // ones.
    '$JS.API.INFO',
    ...read.flatMap((stream) => [
      `$JS.API.STREAM.INFO.${stream}`,
      `$JS.API.STREAM.MSG.GET.${stream}`,
      `$JS.API.CONSUMER.CREATE.${stream}.*`,
      `$JS.API.CONSUMER.INFO.${stream}.*`,
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
    ]),
  ];
  const subscribe = [
    `${inboxOf(name)}.>`,
    ...modules.flatMap((module) => [`seamline.call.${module}.>`, `seamline.address.${module}`]),
  ];
  const list = (subjects: readonly string[]): string =>
    `[${subjects.map((subject) => `"${subject}"`).join(', ')}]`;
  return `      { user: "${name}", password: "${password}", permissions: {
        publish: { allow: ${list([...new Set(publish)])} }
        subscribe: { allow: ${list(subscribe)} }
        # One answer to each question that it was asked.
        allow_responses: { max: 1, expires: "2m" }
      } }`;
}
