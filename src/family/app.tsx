import type { Hono } from 'hono';
import { answerPage, frameOf } from './answers.tsx';
import { addAskRoutes } from './ask-routes.tsx';
import { addEnterRoutes } from './enter-routes.tsx';
import { addOwnRoutes } from './own-routes.tsx';
import { type ProblemKind, ProblemPage } from './public-pages.tsx';
import { addPublicRoutes } from './public-routes.tsx';
import type { Site, SiteContext, SiteEnv } from './site.ts';
import { localeFromHeader, localeFromPath, speechOf } from './texts.ts';

/** All routes of the family site. The HTTP layer stands around them. */
export function addFamilyRoutes(app: Hono<SiteEnv>, site: Site): void {
  app.use('*', async (c, next) => {
    const part = c.req.path.split('/')[1] ?? '';
    const locale = localeFromPath(part, site.withRtl);
    c.set('speech', speechOf(locale ?? localeFromHeader(c.req.header('accept-language'))));
    // Parameters of a path are languages only; any other first part is no page of ours.
    if (!locale && part !== '' && part !== 'passkey.js') return showProblem(site, c, 'not_found');
    await next();
  });
  addPublicRoutes(app, site);
  addAskRoutes(app, site);
  addEnterRoutes(app, site);
  addOwnRoutes(app, site);
  app.notFound((c) => showProblem(site, c, 'not_found'));
}

const statuses = {
  not_found: 404,
  busy: 503,
  tries: 429,
  refused: 400,
  large: 413,
  locked: 503,
  failed: 500,
} as const satisfies Record<ProblemKind, number>;

/** The page for what could not be done: constant words in the reader's language. */
export function showProblem(site: Site, c: SiteContext, kind: ProblemKind): Promise<Response> {
  if (kind === 'tries' || kind === 'busy' || kind === 'locked') c.header('Retry-After', '60');
  const page = <ProblemPage frame={frameOf(site, c)} kind={kind} requestId={c.get('requestId')} />;
  return answerPage(c, page, statuses[kind]);
}
