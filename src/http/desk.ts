import { Hono, type MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import {
  type DeskContext,
  type DeskEnv,
  type DeskRoute,
  mountRoutes,
} from '../access/desk-route.ts';
import { accessRoutes, type DeskDoor, deskCookie } from '../access/routes.ts';
import { recogniseStaff, type Trial } from '../access/sign-in.ts';
import { makeTryLimit } from '../access/try-limit.ts';
import type { BrokerPort, Context } from '../audit/context.ts';
import type { Db } from '../db/connect.ts';
import { asUnavailable } from '../db/unavailable.ts';
import type { Actor } from '../kernel/actor.ts';
import type { OfficeId } from '../kernel/ids.ts';
import { noRoom, Problem } from '../kernel/problem.ts';
import type { Declared } from '../registry/module.ts';
import { newId } from '../vault/random.ts';
import { Admission, admit, type Lane } from './admission.ts';
import { serveDeskFiles } from './desk-files.ts';
import { deskHeaders } from './desk-headers.ts';
import { makeLive } from './desk-live.ts';
import { type Listening, listen } from './listen.ts';
import { receiveBodies, type UploadRoute } from './receive.ts';
import { sourceOf } from './source-of.ts';

/** What an installation configures on the desk; all other settings have one right value. */
export interface DeskOptions {
  readonly db: Db;
  readonly broker: BrokerPort;
  readonly officeId: OfficeId;
  /** What the modules declare: the routes, their purposes, and what a change affects. */
  readonly declared: Pick<Declared, 'routes' | 'purposes' | 'live'>;
  readonly clock: () => Date;
  readonly origin: string;
  readonly trial: Trial | null;
  /** Folder of the built web app; without it only the API is served. */
  readonly filesFolder: string | null;
  readonly sourceOf?: (c: DeskContext) => string;
  readonly onFailure?: (failure: { readonly requestId: string; readonly error: unknown }) => void;
  /** False while the disk is nearly full; if absent, there is always space. */
  readonly hasRoom?: () => boolean;
  readonly triesPerMinute?: number;
}

/** The desk as one application: identification, the API's routes, the web app's files, errors. */
export function deskApp(options: DeskOptions): Hono<DeskEnv> {
  const door: DeskDoor = {
    site: { origin: options.origin },
    trial: options.trial,
    tries: makeTryLimit({ most: options.triesPerMinute ?? 20, windowMs: 60_000 }),
  };
  const app = new Hono<DeskEnv>();
  app.use('*', async (c, next) => {
    c.set('requestId', newId<'request'>());
    c.set('source', options.sourceOf?.(c) ?? 'one');
    await next();
    const secure = options.origin.startsWith('https:');
    for (const [name, value] of Object.entries(deskHeaders(secure))) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    }
  });
  app.get('/healthz', (c) => c.text('ok'));
  const { routes } = options.declared;
  const uploads = routes.flatMap((route) => (route.upload ? [uploadOf(route, route.upload)] : []));
  const { first, second } = admit<DeskEnv, DeskLane>(new Admission(lanes), laneOf(uploads));
  app.use('*', first, roomFor(options), receiveBodies(uploads), second);
  app.route('/api', deskApi(options, door));
  if (options.filesFolder) serveDeskFiles(app, options.filesFolder);
  app.notFound((c) => answerProblem(c, new Problem('page.not_found', 404, 'Not found.')));
  app.onError((thrown, c) => {
    const error = asUnavailable(thrown) ?? thrown;
    if (!(error instanceof Problem)) {
      options.onFailure?.({ requestId: c.get('requestId'), error });
    }
    return answerProblem(c, error);
  });
  return app;
}

/** Routes that add files or filings refuse before a byte is read while the disk is nearly full. */
function roomFor({ hasRoom, declared }: DeskOptions): MiddlewareHandler<DeskEnv> {
  const growing = declared.routes.filter(({ grows }) => grows).map(addressOf);
  return async (c, next) => {
    const isNew = c.req.method === 'POST' && growing.some((address) => address.test(c.req.path));
    if (isNew && hasRoom?.() === false) throw noRoom();
    await next();
  };
}

/** The address of a route without parameters. */
function addressOf({ path }: DeskRoute): RegExp {
  return new RegExp(`^/api${path}$`, 'u');
}

function uploadOf(route: DeskRoute, { bytesMax }: { readonly bytesMax: number }): UploadRoute {
  return { path: addressOf(route), bytesMax };
}

/** Together at most as many as the process has database connections. */
const lanes = {
  door: { most: 3, waitingMax: 48, waitMs: 1_500 },
  /** Releases its place once the stream has begun; streams have limits of their own. */
  live: { most: 2, waitingMax: 64, waitMs: 1_500 },
  upload: { most: 20, waitingMax: 0, waitMs: 0 },
  work: { most: 8, waitingMax: 128, waitMs: 1_500 },
  files: { most: 400, waitingMax: 0, waitMs: 0 },
} as const satisfies Record<string, Lane>;
type DeskLane = keyof typeof lanes;

function laneOf(uploads: readonly UploadRoute[]): (c: DeskContext) => DeskLane {
  return (c) => {
    const { path, method } = c.req;
    if (!path.startsWith('/api/')) return 'files';
    if (path === '/api/live') return 'live';
    if (method === 'POST' && uploads.some((upload) => upload.path.test(path))) return 'upload';
    return /^\/api\/(sign-in|enrol|trial-|step-up)/u.test(path) ? 'door' : 'work';
  };
}

function deskApi(options: DeskOptions, door: DeskDoor): Hono<DeskEnv> {
  const api = new Hono<DeskEnv>();
  api.use('*', async (c, next) => {
    if (c.req.method !== 'GET' && !isOwnOrigin(c, options.origin)) {
      throw new Problem('door.origin', 403, 'This did not come from the desk.');
    }
    const token = getCookie(c, deskCookie(door.site)) ?? '';
    c.set('token', token);
    c.set('ctx', await contextOf(options, c, token));
    await next();
  });
  accessRoutes(api, door);
  const live = makeLive(options);
  api.get('/live', (c) => live(c));
  mountRoutes(api, options.declared.routes, options.declared.purposes);
  return api;
}

/** A client without a session is anonymous; each route decides whom it admits. */
async function contextOf(options: DeskOptions, c: DeskContext, token: string): Promise<Context> {
  const now = options.clock();
  const { db, broker, officeId } = options;
  // Screens that poll say so, and do not keep a session alive.
  const quiet = c.req.header('x-quiet') === '1' || c.req.path === '/api/live';
  const found = token ? await recogniseStaff(db, { officeId, token, now, quiet }) : null;
  const actor: Actor = found?.actor ?? { kind: 'door', officeId, held: '' };
  return {
    actor,
    purpose: { kind: 'sign_in' },
    now,
    db,
    broker,
    ...(found ? { sessionToken: token } : {}),
  };
}

function isOwnOrigin(c: DeskContext, origin: string): boolean {
  const said = c.req.header('origin');
  if (said !== undefined) return said === origin;
  const site = c.req.header('sec-fetch-site');
  return site === undefined || site === 'same-origin';
}

/** RFC 9457, with the code that the screens translate; an internal error reveals nothing else. */
function answerProblem(c: DeskContext, error: unknown): Response {
  const problem =
    error instanceof Problem ? error : new Problem('failure', 500, 'Something failed here.');
  const { code, httpStatus, message, detail } = problem;
  const retry = detail?.['retryAfterSeconds'];
  return new Response(
    JSON.stringify({
      type: `urn:homeward:problem:${code}`,
      title: message,
      status: httpStatus,
      code,
      ...(detail ? { detail } : {}),
      requestId: c.get('requestId'),
    }),
    {
      status: httpStatus,
      headers: {
        'Content-Type': 'application/problem+json',
        ...(typeof retry === 'number' ? { 'Retry-After': String(retry) } : {}),
      },
    },
  );
}

/** Listens for the desk: lists of 100 MiB arrive here; live screens reconnect by themselves. */
export function startDeskServer(
  options: DeskOptions,
  place: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const app = deskApp({ sourceOf: sourceOf(options.origin), ...options });
  return listen(app, { ...place, requestTimeoutMs: 300_000, drainMs: 2_000 });
}
