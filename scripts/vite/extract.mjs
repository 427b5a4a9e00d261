import { getConfig, Hub } from 'wuchale';

/** Brings the catalogues of the configuration in the working directory up to its source. */
export async function extract() {
  const hub = await Hub.create('cli', async () => ({ ...(await getConfig()), logLevel: 'warn' }), '.');
  // Not one file after the other: so asked, the library stops at the first that has changed, and what others say anew is blank.
  await hub.directVisit(true, false, false);
}
