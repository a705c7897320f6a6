import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { recogniseFamily } from '../access/family-sign-in.ts';
import type { FamilyActor } from '../kernel/actor.ts';
import { type CommandId, parseId } from '../kernel/ids.ts';
import { newId } from '../vault/random.ts';
import type { FormTexts } from './form.ts';
import { unreadable } from './form.ts';
import type { PageFrame } from './layout.tsx';
import type { FormSeal } from './parts.tsx';
import type { Paths } from './paths.ts';
import type { Site, SiteContext } from './site.ts';

export function frameOf(site: Site, c: SiteContext, here?: (paths: Paths) => string): PageFrame {
  return {
    speech: c.get('speech'),
    nonce: c.get('nonce'),
    trial: site.trial,
    origin: site.origin,
    ...(here ? { here } : {}),
  };
}

/** Sends a page. The HTTP layer pads or compresses it and sets every header. */
export async function answerPage(
  c: SiteContext,
  page: Child,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  return c.html(`<!doctype html>${String(await page)}`, status);
}

/** A new command id and its CSRF token, bound to the session if there is one. */
export function newSeal(site: Site, sessionToken?: string, version?: number): FormSeal {
  const commandId = newId<'command'>();
  return sealFor(site, { commandId, ...(sessionToken ? { sessionToken } : {}) }, version);
}

export function sealFor(
  site: Site,
  bound: { readonly commandId: string; readonly sessionToken?: string },
  version?: number,
): FormSeal {
  const token = site.tokens.issue(bound);
  return { commandId: bound.commandId, token, ...(version === undefined ? {} : { version }) };
}

export interface SealReading {
  readonly commandId: CommandId;
  /** False when the token is not valid any more: the form is shown again and nothing is done. */
  readonly fresh: boolean;
  readonly version: number;
}

/** Reads the fields that every form carries; throws if one is missing or malformed. */
export function readSeal(site: Site, form: FormTexts, sessionToken?: string): SealReading {
  const commandId = parseId<'command'>(form['commandId'] ?? '');
  if (!commandId) throw unreadable();
  const version = /^\d{1,9}$/.test(form['version'] ?? '') ? Number(form['version']) : 0;
  const bound = { commandId, ...(sessionToken ? { sessionToken } : {}) };
  return { commandId, version, fresh: site.tokens.accepts(form['token'] ?? '', bound) };
}

export interface Session {
  readonly actor: FamilyActor;
  readonly token: string;
}

// The prefix binds the cookie to this host and to TLS; a trial on plain HTTP cannot have it (ruling
// 18).
function cookieName(site: Site): string {
  return isSecure(site) ? '__Host-family' : 'family';
}

function isSecure(site: Site): boolean {
  return site.origin.startsWith('https:');
}

/** The signed-in family, or null. Checked in the database on each request. */
export async function findSession(site: Site, c: SiteContext): Promise<Session | null> {
  const token = getCookie(c, cookieName(site));
  if (!token || !/^[A-Za-z0-9_-]{20,100}$/.test(token)) return null;
  const held = { officeId: site.officeId, token, now: site.clock() };
  const actor = await recogniseFamily(site.db, held);
  return actor ? { actor, token } : null;
}

export function keepSession(site: Site, c: SiteContext, token: string): void {
  setCookie(c, cookieName(site), token, {
    path: '/',
    httpOnly: true,
    secure: isSecure(site),
    sameSite: 'Strict',
  });
}

/** Makes the browser clear cookies, storage and cached pages (R-17, S-44). */
export function forgetSession(site: Site, c: SiteContext): void {
  deleteCookie(c, cookieName(site), { path: '/', secure: isSecure(site) });
  c.header('Clear-Site-Data', '"cache", "cookies", "storage"');
}
