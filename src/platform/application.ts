/**
 * What the root module, the programs and the invariants of an application are written with. Modules do not
 * need it.
 */
export { ApiInfo } from './http/open-api-info';
export { ApplicationFolder } from './hosting/application-folder';
export { boundedContextsOf } from './hosting/bounded-contexts';
export { brokerAccessOf } from './topology/remote-dependencies';
export { SynchronousCalls } from './topology/synchronous-calls';
export { topologyOf } from './topology/topology';
