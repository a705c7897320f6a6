import { readFile } from 'node:fs/promises';
import { passOf } from '../broker/caller.ts';
import { brokerClient, sitePatience } from '../broker/client.ts';
import type { Config } from '../config.ts';
import { connect } from '../db/connect.ts';
import { startFamilyServer } from '../http/family.ts';
import type { OfficeId } from '../kernel/ids.ts';
import { toldToFamily } from '../registry/notices/actions.ts';
import type { StorageNews } from './heartbeat.ts';
import { logEvent } from './log-event.ts';

/** The process that serves families: no keys, a role of its own, the broker by its socket. */
export async function runWebFamily(
  config: Config,
  storage: StorageNews,
): Promise<() => Promise<void>> {
  if (!config.roleUrl || !config.officeId) {
    throw new Error('The family site is started by `homeward start`.');
  }
  const connection = connect(config.roleUrl, { max: 12, acquireMs: 3_000 });
  const broker = brokerClient(config.brokerSocket, passOf(config.roleUrl), sitePatience);
  const server = await startFamilyServer(
    {
      db: connection.db,
      broker,
      officeId: config.officeId as OfficeId, // Given by the supervisor, which read it as such.
      clock: () => new Date(),
      hasRoom: () => storage.current() !== 'refusing',
      origin: config.familyOrigin,
      trial: config.trial,
      withRtl: config.trial,
      passkeyScript: await readPasskeyScript(),
      toldNotices: toldToFamily,
      onFailure: ({ requestId, error }) => logEvent('family.failed', { requestId, error }),
    },
    { host: '127.0.0.1', port: config.familyPort },
  );
  return async () => {
    await server.close();
    broker.close();
    await connection.close();
  };
}

/** Built beside this file; without it the site has no passkeys and works all the same. */
function readPasskeyScript(): Promise<string | null> {
  return readFile(new URL('./family/passkey.js', import.meta.url), 'utf8').catch(() => null);
}
