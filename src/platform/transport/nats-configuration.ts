import { rolePassword } from '../database/roles';
import { logSubjects, streamOf } from './log-subjects';

/** A login to the broker: that of a process, which may speak for the modules it hosts and for no others. */
export interface BrokerUser {
  name: string;
  password: string;
  modules: readonly string[];
}

/** The login of a process that hosts these modules. Its password is derived as those of the database roles are. */
export function brokerUser(modules: readonly string[], secret: string): BrokerUser {
  const name = modules.join('+');
  return { name, password: rolePassword(secret, `nats:${name}`), modules };
}

/** Where the answers to a login's questions come. Nobody else may listen there. */
export const inboxOf = (user: string): string => `_INBOX.${user.replace(/[^\w+-]/g, '_')}`;

/** `NATS_URL` for that login. */
export const urlFor = ({ name, password }: BrokerUser, servers: string): string =>
  servers
    .split(',')
    .map((server) => `nats://${encodeURIComponent(name)}:${encodeURIComponent(password)}@${server.trim()}`)
    .join(',');

/**
 * The part of a nats-server's configuration that lets each process publish the logs of its own modules only, read every log, answer
 * calls to its own modules only, and call all others.
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

function userEntry({ name, password, modules }: BrokerUser): string {
  const own = modules.flatMap((module) => [logSubjects(module), `$JS.API.STREAM.CREATE.${streamOf(module)}`]);
  const publish = [
    ...own,
    // Calls to other modules, and the question where they listen.
    'seamline.call.>',
    'seamline.address.>',
    // Reading any log: where its stream stands, and a consumer of one's own. None of these changes what a stream holds.
    '$JS.API.INFO',
    '$JS.API.STREAM.INFO.*',
    '$JS.API.STREAM.MSG.GET.*',
    '$JS.API.CONSUMER.CREATE.*',
    '$JS.API.CONSUMER.CREATE.*.>',
    '$JS.API.CONSUMER.INFO.*.*',
    '$JS.API.CONSUMER.MSG.NEXT.*.*',
    '$JS.API.CONSUMER.DELETE.*.*',
  ];
  const subscribe = [`${inboxOf(name)}.>`, ...modules.flatMap((module) => [`seamline.call.${module}.>`, `seamline.address.${module}`])];
  const list = (subjects: readonly string[]): string => `[${subjects.map((subject) => `"${subject}"`).join(', ')}]`;
  return `      { user: "${name}", password: "${password}", permissions: {
        publish: { allow: ${list([...new Set(publish)])} }
        subscribe: { allow: ${list(subscribe)} }
        # One answer to each question that it was asked.
        allow_responses: { max: 1, expires: "2m" }
      } }`;
}
