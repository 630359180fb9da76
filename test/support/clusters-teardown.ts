/** Stops both servers and removes their files. */
export default async function clustersTeardown(): Promise<void> {
  await (globalThis as { stopClusters?: () => Promise<void> }).stopClusters?.();
}
