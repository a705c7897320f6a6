import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { Hono, type MiddlewareHandler } from 'hono';
import { monotonicMs, refusalStepMs, untilNextStep } from '../access/refusal-step.ts';
import { makeTryLimit } from '../access/try-limit.ts';
import { asUnavailable } from '../db/unavailable.ts';
import { addFamilyRoutes, showProblem } from '../family/app.tsx';
import { type FormTokens, makeFormTokens } from '../family/form-token.ts';
import type { ProblemKind } from '../family/public-pages.tsx';
import type { Site, SiteContext, SiteEnv } from '../family/site.ts';
import { localeFromHeader, localeFromPath, speechOf } from '../family/texts.ts';
import { noRoom, Problem } from '../kernel/problem.ts';
import { paperBytesMax } from '../registry/enquiries/actions.ts';
import { newId, randomToken } from '../vault/random.ts';
import { Admission, admit, type Lane } from './admission.ts';
import { paddingStep, padPage, securityHeaders } from './family-headers.ts';
import { type Listening, listen } from './listen.ts';
import { receiveBodies } from './receive.ts';
import { sourceOf } from './source-of.ts';

type Brakes = 'tokens' | 'tries' | 'filings' | 'refusalStepMs';

/** What an installation configures on the family site; all other settings have one right value. */
export type FamilySiteOptions = Omit<Site, Brakes> & {
  /**
   * The address of the client, for rate limits. Behind a proxy: the address that it vouches for.
   */
  readonly sourceOf?: (c: SiteContext) => string;
  /** Called with every internal error; never with anything a client sent. */
  readonly onFailure?: (failure: { readonly requestId: string; readonly error: unknown }) => void;
  /** False while the disk is nearly full; if absent, there is always space. */
  readonly hasRoom?: () => boolean;
  readonly filingsPerHour?: number;
  readonly triesPerMinute?: number;
  readonly refusalStepMs?: number;
  /** Replaces the check of forms: only the control of S-30 uses it. */
  readonly tokens?: FormTokens;
  /** One byte turns the padding off: only the control of S-39 uses it. */
  readonly paddingStep?: number;
};

/** The family site as one application: limits, headers, padding, errors, and the routes inside. */
export function familyApp(options: FamilySiteOptions): Hono<SiteEnv> {
  const site: Site = {
    ...options,
    tokens: options.tokens ?? makeFormTokens(),
    tries: makeTryLimit({ most: options.triesPerMinute ?? 20, windowMs: 60_000 }),
    refusalStepMs: options.refusalStepMs ?? refusalStepMs,
    filings: makeTryLimit({ most: options.filingsPerHour ?? 120, windowMs: 3_600_000 }),
  };
  const app = new Hono<SiteEnv>();
  app.use('*', async (c, next) => {
    c.set('nonce', randomToken(16));
    c.set('requestId', newId<'request'>());
    c.set('source', options.sourceOf?.(c) ?? 'one');
    c.set('isPublic', false);
    c.set('hasScript', false);
    c.set('isAtStep', false);
    const language = localeFromPath(c.req.path.split('/')[1] ?? '', site.withRtl);
    c.set('speech', speechOf(language ?? localeFromHeader(c.req.header('accept-language'))));
    await next();
    await finish(c, site, options.paddingStep ?? paddingStep);
  });
  app.get('/healthz', (c) => c.text('ok'));
  const { first, second } = admit<SiteEnv, FamilyLane>(new Admission(lanes), laneOf);
  app.use('*', first, roomFor(options), receiveBodies(uploads), atSteps(site), second);
  app.use('*', async (c, next) => {
    if (c.req.method === 'POST' && !isOwnOrigin(c, site)) return showProblem(site, c, 'refused');
    await next();
  });
  addFamilyRoutes(app, site);
  app.onError((error, c) => {
    const kind = problemKind(asUnavailable(error) ?? error);
    if (kind === 'failed') options.onFailure?.({ requestId: c.get('requestId'), error });
    return showProblem(site, c, kind);
  });
  return app;
}

/** Filings and uploads are refused before a byte of them is read while the disk is nearly full. */
function roomFor({ hasRoom }: FamilySiteOptions): MiddlewareHandler<SiteEnv> {
  return async (c, next) => {
    const lane = laneOf(c);
    if ((lane === 'file' || lane === 'upload') && hasRoom?.() === false) throw noRoom();
    await next();
  };
}

/** Refused sign-ins wait for their time step here, where they hold no place of working requests. */
function atSteps(site: Site): MiddlewareHandler<SiteEnv> {
  return async (c, next) => {
    const startedMs = monotonicMs();
    await next();
    if (c.get('isAtStep')) await untilNextStep(startedMs, site.refusalStepMs);
  };
}

/** Together at most as many as the process has database connections. */
const lanes = {
  file: { most: 3, waitingMax: 48, waitMs: 1_500 },
  enter: { most: 3, waitingMax: 48, waitMs: 1_500 },
  own: { most: 5, waitingMax: 64, waitMs: 1_500 },
  /** Uploads have limits of their own; a slow one holds memory and no connection. */
  upload: { most: 40, waitingMax: 0, waitMs: 0 },
  /** Pages that are the same for all visitors. */
  public: { most: 400, waitingMax: 0, waitMs: 0 },
} as const satisfies Record<string, Lane>;
type FamilyLane = keyof typeof lanes;

const uploads = [{ path: /^\/[a-z-]+\/own\/paper$/u, bytesMax: paperBytesMax }];

function laneOf(c: SiteContext): FamilyLane {
  const [, , room = '', ...rest] = c.req.path.split('/');
  const isPost = c.req.method === 'POST';
  if (room === 'own') return isPost && rest[0] === 'paper' ? 'upload' : 'own';
  if (!isPost) return 'public';
  return room === 'ask' ? 'file' : room === 'enter' ? 'enter' : 'own';
}

/**
 * True if a form was sent from a page of ours. Under `no-referrer` browsers send the origin of
 * forms as `null`; then the browser's fetch metadata decides, and the form's own token after it.
 */
function isOwnOrigin(c: SiteContext, site: Site): boolean {
  const origin = c.req.header('origin');
  if (origin === site.origin) return true;
  if (origin !== undefined && origin !== 'null') return false;
  const fetchSite = c.req.header('sec-fetch-site');
  return fetchSite === undefined || fetchSite === 'same-origin';
}

function problemKind(error: unknown): ProblemKind {
  if (!(error instanceof Problem)) return 'failed';
  if (error.code === 'door.tries') return 'tries';
  if (error.code === 'broker.locked') return 'locked';
  if (error.code === 'storage.full') return 'room';
  if (error.httpStatus === 404) return 'not_found';
  if (error.httpStatus === 413) return 'large';
  if (error.httpStatus === 429 || error.httpStatus === 503) return 'busy';
  return error.httpStatus >= 500 ? 'failed' : 'refused';
}

/**
 * Sets headers on every answer. Pages are padded, or compressed if they are the same for all
 * visitors.
 */
async function finish(c: SiteContext, site: Site, step: number): Promise<void> {
  const secure = site.origin.startsWith('https:');
  const isHtml = (c.res.headers.get('content-type') ?? '').startsWith('text/html');
  if (isHtml) {
    const page = await c.res.text();
    const squeezed = c.get('isPublic') ? squeeze(c, page) : null;
    const headers = new Headers(c.res.headers);
    if (squeezed) headers.set('Content-Encoding', squeezed.encoding);
    if (c.get('isPublic')) headers.append('Vary', 'Accept-Encoding');
    const body = squeezed?.bytes ?? (c.get('isPublic') ? Buffer.from(page) : padPage(page, step));
    headers.set('Content-Length', String(body.length));
    const { status } = c.res;
    c.res = undefined;
    c.res = new Response(new Uint8Array(body), { status, headers });
  }
  const page = { nonce: c.get('nonce'), hasScript: c.get('hasScript'), secure };
  for (const [name, value] of Object.entries(securityHeaders(page))) c.res.headers.set(name, value);
}

function squeeze(c: SiteContext, page: string): { encoding: string; bytes: Buffer } | null {
  const accepted = c.req.header('accept-encoding') ?? '';
  if (/\bbr\b/.test(accepted)) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
    return { encoding: 'br', bytes: brotliCompressSync(page, { params }) };
  }
  return /\bgzip\b/.test(accepted) ? { encoding: 'gzip', bytes: gzipSync(page) } : null;
}

/**
 * Listens for families. The time limit allows a document of 25 MiB over a slow line; forms have a
 * limit of their own.
 */
export function startFamilyServer(
  options: FamilySiteOptions,
  place: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const app = familyApp({ sourceOf: sourceOf(options.origin), ...options });
  return listen(app, { ...place, requestTimeoutMs: 180_000, drainMs: 10_000 });
}
