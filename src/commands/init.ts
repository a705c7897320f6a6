import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import {
  makeInstallation,
  markReal,
  openDatabases,
  openSecrets,
} from '../supervisor/installation.ts';
import { lockFolder } from '../supervisor/lock-file.ts';
import { randomCode, readTypedCode } from '../vault/codes.ts';
import type { Secret } from '../vault/keys.ts';
import { hashToken, newId } from '../vault/random.ts';
import { splitKey } from '../vault/shares.ts';
import type { Terminal } from './control.ts';

const enrolmentDays = 7;

/**
 * Creates a real installation. Its key is given out in three shares, two of which open it, and is
 * stored nowhere. Two people receive one-time codes to register their passkeys. No trial data is
 * created.
 */
export async function runInit(
  args: readonly string[],
  config: Config,
  terminal: Terminal,
): Promise<number> {
  const at = args.indexOf('--office');
  const officeName = (at >= 0 ? args[at + 1] : undefined) ?? 'Information Bureau';
  const trialKey = await stat(join(config.dataFolder, 'trial-unlock-key')).catch(() => null);
  if (trialKey) throw new Error('This data folder holds a trial. Choose an empty one.');
  await mkdir(config.dataFolder, { recursive: true, mode: 0o711 });
  const lock = await lockFolder(config.dataFolder);
  try {
    return await makeReal(config, officeName, terminal);
  } finally {
    lock.release();
  }
}

async function makeReal(config: Config, officeName: string, terminal: Terminal): Promise<number> {
  const secrets = await openSecrets(config);
  const databases = await openDatabases(config, secrets);
  try {
    const now = new Date();
    const expires = new Date(now.getTime() + enrolmentDays * 86_400_000);
    const people = (['administrator', 'approver'] as const).map((role) => {
      const code = randomCode(128);
      return { role, code, person: firstPerson(role, { code, expires }) };
    });
    const staff = people.map(({ person }) => person);
    const keep = async (kek: Secret) => {
      await markReal(config);
      if (databases.folder && databases.folder !== config.dataFolder) {
        terminal.stdout.write(`The databases are in ${databases.folder}.\n`);
      }
      terminal.stdout.write(sheet(await splitKey(kek.expose(), { of: 3, needed: 2 }), people));
    };
    if (!(await makeInstallation(databases, secrets, { officeName, staff, now, keep }))) {
      throw new Error('This data folder holds an installation already.');
    }
    return 0;
  } finally {
    await databases.stop();
  }
}

function firstPerson(
  role: 'administrator' | 'approver',
  enrolment: { readonly code: string; readonly expires: Date },
) {
  return {
    staffId: newId<'staff'>(),
    accountId: newId<'account'>(),
    workName: role,
    roles: role === 'approver' ? (['approver', 'caseworker'] as const) : ([role] as const),
    language: 'en' as const,
    enrolmentHash: hashToken(readTypedCode(enrolment.code) ?? ''),
    enrolmentExpiresAt: enrolment.expires,
  };
}

function sheet(
  shares: readonly string[],
  people: readonly { readonly role: string; readonly code: string }[],
): string {
  return [
    '',
    'The key of this installation, in three shares. Any two open it; one alone says nothing.',
    'Print each on its own sheet, give them to three people, and keep no copy here.',
    '',
    ...shares.map((share, at) => `  Share ${at + 1}   ${share}`),
    '',
    'One-time codes to bring a passkey to the desk with, good for seven days:',
    '',
    ...people.map(({ role, code }) => `  ${role.padEnd(14)} ${code}`),
    '',
    'Start with `homeward start`, then open the key service with `homeward unlock`.',
    '',
    '',
  ].join('\n');
}
