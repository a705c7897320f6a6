import { insertStaff } from '../../../src/access/queries.ts';
import { openStaffSession } from '../../../src/access/sign-in.ts';
import { startDeskServer } from '../../../src/http/desk.ts';
import type { Listening } from '../../../src/http/listen.ts';
import type { AccountId, StaffId } from '../../../src/kernel/ids.ts';
import { declared } from '../../../src/registry/modules.ts';
import { newId } from '../../../src/vault/random.ts';
import { freePort } from '../../e2e/installation.ts';
import type { World } from '../../world.ts';

/** The desk of a bureau, listening as it does in an installation. */
export interface DeskServer {
  readonly url: string;
  readonly failures: readonly unknown[];
  close(): Promise<void>;
}

export async function openDesk(world: World): Promise<DeskServer> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const failures: unknown[] = [];
  const server: Listening = await startDeskServer(
    {
      db: world.test.as('homeward_desk'),
      broker: world.broker,
      officeId: world.officeId,
      clock: () => world.now,
      origin: url,
      declared,
      trial: null,
      filesFolder: null,
      onFailure: ({ error }) => failures.push(error),
    },
    { host: '127.0.0.1', port },
  );
  return { url, failures, close: () => server.close() };
}

/** Adds this many caseworkers, each with a session; returns their cookies. */
export async function hireCaseworkers(world: World, count: number): Promise<readonly string[]> {
  const cookies: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const person = {
      staffId: newId<'staff'>() as StaffId, // The same brand, here and below.
      accountId: newId<'account'>() as AccountId,
    };
    const about = {
      workName: `Colleague ${number}`,
      roles: ['caseworker'],
      language: 'uk',
    } as const;
    await insertStaff(world.test.db, { ...person, ...about, officeId: world.officeId }, world.now);
    const door = { ...world.atDoor(), db: world.test.as('homeward_desk') };
    const nobody = { ...door, purpose: { kind: 'sign_in' } } as const;
    cookies.push(`desk=${await openStaffSession(nobody, person)}`);
  }
  return cookies;
}

/** One command as the desk's screens send it. */
export interface Command {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly purpose: string;
  readonly version?: number;
}

export interface Given {
  readonly code: number;
  readonly text: string;
}

export function headersOf(desk: DeskServer, cookie: string, command: Command) {
  return {
    cookie,
    origin: desk.url,
    'content-type': 'application/json',
    'x-purpose': command.purpose,
    ...(command.version === undefined ? {} : { 'if-match': `"${command.version}"` }),
  };
}

export async function sendTo(desk: DeskServer, cookie: string, command: Command): Promise<Given> {
  const answer = await fetch(`${desk.url}/api${command.path}`, {
    method: 'POST',
    headers: headersOf(desk, cookie, command),
    body: JSON.stringify(command.body),
  });
  return { code: answer.status, text: await answer.text() };
}
