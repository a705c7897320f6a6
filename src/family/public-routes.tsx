import type { Hono } from 'hono';
import { signOutFamily } from '../access/family-sign-in.ts';
import { answerPage, findSession, forgetSession, frameOf } from './answers.tsx';
import { Calendar } from './layout.tsx';
import { passkeyScriptPath, pathsOf } from './paths.ts';
import { HomePage, LimitsPage, NeverPage, WhoPage } from './public-pages.tsx';
import { familyContext, type Site, type SiteEnv } from './site.ts';
import { localeFromHeader, localeFromPath } from './texts.ts';

/** Pages that are the same for all visitors, and the quick exit of all others. */
export function addPublicRoutes(app: Hono<SiteEnv>, site: Site): void {
  app.get('/', (c) => {
    const locale = localeFromHeader(c.req.header('accept-language'));
    c.header('Vary', 'Accept-Language');
    return c.redirect(pathsOf(locale).home, 302);
  });
  app.get('/:locale/', (c) => {
    c.set('isPublic', true);
    return answerPage(c, <HomePage frame={frameOf(site, c, (paths) => paths.home)} />);
  });
  app.get('/:locale/never', (c) => {
    c.set('isPublic', true);
    return answerPage(c, <NeverPage frame={frameOf(site, c, (paths) => paths.never)} />);
  });
  app.get('/:locale/limits', (c) => {
    c.set('isPublic', true);
    return answerPage(c, <LimitsPage frame={frameOf(site, c, (paths) => paths.limits)} />);
  });
  app.get('/:locale/who', (c) => {
    c.set('isPublic', true);
    return answerPage(c, <WhoPage frame={frameOf(site, c, (paths) => paths.who)} />);
  });
  app.get('/:locale/calendar', (c) => {
    const page = <Calendar speech={c.get('speech')} nonce={c.get('nonce')} today={site.clock()} />;
    return answerPage(c, page);
  });
  // Quick exit: ends the session if there is one, clears the browser's data, and shows a neutral
  // page.
  app.post('/:locale/leave', async (c) => {
    const session = await findSession(site, c);
    if (session) await signOutFamily(familyContext(site, session), session.token);
    forgetSession(site, c);
    return c.redirect(pathsOf(c.get('speech').locale).calendar, 303);
  });
  const script = site.passkeyScript;
  if (script !== null) {
    app.get(passkeyScriptPath, (c) =>
      c.body(script, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
    );
  }
  // An address typed by hand may lack the final slash.
  app.get('/:locale', (c, next) => {
    const locale = localeFromPath(c.req.param('locale'), site.withRtl);
    return locale ? Promise.resolve(c.redirect(pathsOf(locale).home, 301)) : next();
  });
}
