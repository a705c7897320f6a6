import type { Hono } from 'hono';
import { frameOf } from './answers.tsx';
import { addAskRoutes } from './ask-routes.tsx';
import { addEnterRoutes } from './enter-routes.tsx';
import { addOwnRoutes } from './own-routes.tsx';
import { type ProblemKind, ProblemPage } from './public-pages.tsx';
import { addPublicRoutes } from './public-routes.tsx';
import type { Site, SiteContext, SiteEnv } from './site.ts';
import { localeFromPath } from './texts.ts';

/** All routes of the family site. The HTTP layer wraps them. */
export function addFamilyRoutes(app: Hono<SiteEnv>, site: Site): void {
  app.use('*', async (c, next) => {
    const part = c.req.path.split('/')[1] ?? '';
    const locale = localeFromPath(part, site.withRtl);
    // The only path parameters are languages; any other first segment is not one of our pages.
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
  room: 503,
  failed: 500,
} as const satisfies Record<ProblemKind, number>;

/** Marks the place of the nonce in pages that are rendered once. */
const nonceMark = 'nonce-goes-here';
const rendered = new WeakMap<Site, Map<string, string>>();

/**
 * The page for a failed request: fixed words in the reader's language. Each is rendered once, so
 * that an overloaded site refuses at almost no cost.
 */
export async function showProblem(
  site: Site,
  c: SiteContext,
  kind: ProblemKind,
): Promise<Response> {
  if (kind === 'tries' || kind === 'locked') c.header('Retry-After', '60');
  if (kind === 'room') c.header('Retry-After', '600');
  if (kind === 'busy') c.header('Retry-After', '10');
  const page = await problemText(site, c, kind);
  return c.html(page.replaceAll(nonceMark, c.get('nonce')), statuses[kind]);
}

async function problemText(site: Site, c: SiteContext, kind: ProblemKind): Promise<string> {
  const render = async (requestId: string) => {
    const frame = { ...frameOf(site, c), nonce: nonceMark };
    const page = <ProblemPage frame={frame} kind={kind} requestId={requestId} />;
    return `<!doctype html>${String(await page)}`;
  };
  // The only one with content of its own.
  if (kind === 'failed') return render(c.get('requestId'));
  const known = rendered.get(site) ?? new Map<string, string>();
  rendered.set(site, known);
  const name = `${c.get('speech').locale}|${kind}`;
  const text = known.get(name) ?? (await render(''));
  known.set(name, text);
  return text;
}
