import type { Hono } from 'hono';
import { beginFamilyPasskeySignIn, signInByFamilyPasskey } from '../access/family-passkeys.ts';
import { signInFamily } from '../access/family-sign-in.ts';
import { parseId } from '../kernel/ids.ts';
import { overloaded, Problem } from '../kernel/problem.ts';
import { hashCode, readCode } from '../registry/enquiries/actions.ts';
import { answerPage, frameOf, keepSession, newSeal, readSeal } from './answers.tsx';
import { ChoosePage } from './ask-pages.tsx';
import { EnterPage } from './enter-page.tsx';
import { readForm, readJson, unreadable } from './form.ts';
import { pathsOf } from './paths.ts';
import { doorContext, type Site, type SiteContext, type SiteEnv } from './site.ts';

/** Sign-in with code and passphrase, or with a passkey. */
export function addEnterRoutes(app: Hono<SiteEnv>, site: Site): void {
  app.get('/:locale/enter', (c) => showEnter(site, c, { ended: c.req.query('ended') === '1' }));
  app.post('/:locale/enter', (c) => postEnter(site, c));
  if (site.passkeyScript === null) return;
  app.post('/:locale/enter/passkey/options', async (c) => {
    requireToken(site, await readJson(c));
    return c.json(await beginFamilyPasskeySignIn(doorContext(site), site));
  });
  app.post('/:locale/enter/passkey', async (c) => {
    const sent = requireToken(site, await readJson(c));
    const challengeId = challengeOf(sent);
    try {
      const answered = { challengeId, response: sent['response'] };
      const opened = await signInByFamilyPasskey(doorContext(site), site, answered);
      keepSession(site, c, opened.token);
      return c.json({ opened: true });
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      throw refuseTogether(site, c) ? overloaded('door.tries', 60) : problem;
    }
  });
}

export function showEnter(
  site: Site,
  c: SiteContext,
  said: {
    wrong?: boolean;
    code?: string;
    ended?: boolean;
    old?: boolean;
    typed?: string | undefined;
  },
): Promise<Response> {
  const status = said.wrong ? 403 : said.typed === undefined ? 200 : 401;
  c.set('hasScript', site.passkeyScript !== null);
  return answerPage(
    c,
    <EnterPage
      frame={frameOf(site, c, (paths) => paths.enter)}
      seal={newSeal(site)}
      withPasskey={site.passkeyScript !== null}
      {...said}
    />,
    status,
  );
}

/** Counts refusals from all addresses; no address has this name. */
const everywhere = 'everywhere';

async function postEnter(site: Site, c: SiteContext): Promise<Response> {
  const texts = await readForm(c);
  const seal = readSeal(site, texts);
  const typedCode = (texts['code'] ?? '').slice(0, 60);
  if (!seal.fresh) return showEnter(site, c, { old: true, code: typedCode });
  const code = readCode(texts['code'] ?? '');
  const passphrase = (texts['passphrase'] ?? '').normalize('NFC').slice(0, 1000);
  const codeHash = code ? hashCode(code) : null;
  const now = site.clock();
  // In a flood from changing addresses not every unknown code gets a log entry: an entry costs a
  // hundred times as much as the query that refuses it.
  const braked = [c.get('source'), everywhere].some((from) => !site.tries.allows(from, now));
  try {
    const opened = await signInFamily(doorContext(site), { codeHash, passphrase, braked });
    if (opened) {
      keepSession(site, c, opened.token);
      return c.redirect(pathsOf(c.get('speech').locale).own, 303);
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (refuseTogether(site, c)) throw overloaded('door.tries', 60);
    if (problem.code !== 'session.not_recognised') throw problem;
    return showEnter(site, c, { wrong: true, code: typedCode });
  }
  // The code is correct and has no passphrase yet; only its holder can be here.
  const page = <ChoosePage frame={frameOf(site, c)} seal={newSeal(site)} fileCode={code ?? ''} />;
  return answerPage(c, page);
}

/**
 * Counts a refused sign-in and delays all refusals to fixed steps of time (S-02). True when this
 * client was refused too often. The limit is checked after the attempt and only changes the words
 * of a refusal: a correct code always works, whatever strangers behind the same address do (S-41).
 */
export function refuseTogether(site: Site, c: SiteContext): boolean {
  const isBraked = !site.tries.allows(c.get('source'), site.clock());
  for (const from of [c.get('source'), everywhere]) site.tries.count(from, site.clock());
  c.set('isAtStep', true);
  return isBraked;
}

/** Requests of the script carry the CSRF token of their page. */
export function requireToken(
  site: Site,
  sent: unknown,
  sessionToken?: string,
): Readonly<Record<string, unknown>> {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) throw unreadable();
  const fields = sent as Readonly<Record<string, unknown>>; // An object, as checked above.
  const { commandId, token } = fields;
  if (typeof commandId !== 'string' || typeof token !== 'string') throw unreadable();
  const bound = { commandId, ...(sessionToken ? { sessionToken } : {}) };
  if (!site.tokens.accepts(token, bound)) throw unreadable();
  return fields;
}

export function challengeOf(sent: Readonly<Record<string, unknown>>): string {
  const { challengeId } = sent;
  const id = typeof challengeId === 'string' ? parseId<'challenge'>(challengeId) : null;
  if (!id) throw unreadable();
  return id;
}
