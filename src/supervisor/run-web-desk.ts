import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { StaffRow } from '../access/queries.ts';
import type { Trial } from '../access/sign-in.ts';
import { passOf } from '../broker/caller.ts';
import { brokerClient, sitePatience } from '../broker/client.ts';
import type { Config } from '../config.ts';
import { connect } from '../db/connect.ts';
import { startDeskServer } from '../http/desk.ts';
import type { OfficeId } from '../kernel/ids.ts';
import { declared } from '../registry/modules.ts';
import type { StorageNews } from './heartbeat.ts';
import { logEvent } from './log-event.ts';

/** The process that serves caseworkers: no keys, a role of its own, the broker by its socket. */
export async function runWebDesk(
  config: Config,
  storage: StorageNews,
): Promise<() => Promise<void>> {
  if (!config.roleUrl || !config.officeId) {
    throw new Error('The desk is started by `homeward start`.');
  }
  const connection = connect(config.roleUrl, { max: 14, acquireMs: 3_000 });
  const broker = brokerClient(config.brokerSocket, passOf(config.roleUrl), sitePatience);
  const filesFolder = join(config.root, 'dist', 'desk');
  const server = await startDeskServer(
    {
      db: connection.db,
      broker,
      declared,
      officeId: config.officeId as OfficeId, // Given by the supervisor, which read it as such.
      clock: () => new Date(),
      hasRoom: () => storage.current() !== 'refusing',
      origin: config.deskOrigin,
      trial: trialOf(config),
      filesFolder: existsSync(filesFolder) ? filesFolder : null,
      onFailure: ({ requestId, error }) => logEvent('desk.failed', { requestId, error }),
    },
    { host: '127.0.0.1', port: config.deskPort },
  );
  return async () => {
    await server.close();
    broker.close();
    await connection.close();
  };
}

const peopleShape = z.array(
  z.object({
    staffId: z.string(),
    accountId: z.string(),
    workName: z.string(),
    roles: z.array(z.string()),
    language: z.enum(['uk', 'ru', 'en']),
  }),
);

/** Code and colleagues of a trial; a real node receives neither (ruling 16). */
function trialOf(config: Config): Trial | null {
  if (!config.trial || !config.trialCodeHash || !config.trialPeople) return null;
  const people = peopleShape.parse(JSON.parse(config.trialPeople));
  return {
    codeHash: Buffer.from(config.trialCodeHash, 'hex'),
    people: people as unknown as readonly StaffRow[], // The supervisor read them from the table.
  };
}
