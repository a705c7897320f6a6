import type { Locale } from './texts.ts';

/** Every address of the site; none holds anything about a person. */
export function pathsOf(locale: Locale) {
  const root = `/${locale}`;
  return {
    home: `${root}/`,
    ask: `${root}/ask`,
    passphrase: `${root}/ask/passphrase`,
    enter: `${root}/enter`,
    enterPasskeyOptions: `${root}/enter/passkey/options`,
    enterPasskey: `${root}/enter/passkey`,
    own: `${root}/own`,
    held: `${root}/own/held`,
    thread: `${root}/own/thread`,
    paper: `${root}/own/paper`,
    withdraw: `${root}/own/withdraw`,
    ownLanguage: `${root}/own/language`,
    passkeyOptions: `${root}/own/passkey/options`,
    passkey: `${root}/own/passkey`,
    signOut: `${root}/own/leave`,
    leave: `${root}/leave`,
    calendar: `${root}/calendar`,
    never: `${root}/never`,
    limits: `${root}/limits`,
    who: `${root}/who`,
  } as const;
}

export type Paths = ReturnType<typeof pathsOf>;
export const passkeyScriptPath = '/passkey.js';
