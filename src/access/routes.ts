import { deleteCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { rowContextOf } from '../audit/context.ts';
import { inTransaction } from '../db/transaction.ts';
import { overloaded, Problem, signedOut } from '../kernel/problem.ts';
import { chooseLanguage } from './alerts.ts';
import type { PasskeySite } from './ceremony.ts';
import { type DeskApp, type DeskContext, idShape, parse, readJson } from './desk-route.ts';
import { witness } from './log.ts';
import {
  beginEnrolment,
  beginPasskey,
  enrol,
  signInByPasskey,
  stepUpByPasskey,
} from './passkeys.ts';
import { findOfficeName } from './queries.ts';
import {
  freshenOnTrial,
  isTrialCode,
  recogniseStaff,
  signInOnTrial,
  signOutStaff,
  type Trial,
} from './sign-in.ts';
import type { TryLimit } from './try-limit.ts';

/** What the sign-in routes need to know about the installation. */
export interface DeskDoor {
  readonly site: PasskeySite;
  readonly trial: Trial | null;
  readonly tries: TryLimit;
}

const answered = z.object({ challengeId: idShape<'challenge'>(), response: z.unknown() });
const typedCode = z.string().min(1).max(100);
const language = z.enum(['uk', 'ru', 'en']);

/** Cookie names: bound to the host where there is TLS (ruling 18). */
export function deskCookie(site: PasskeySite): string {
  return isSecure(site) ? '__Host-desk' : 'desk';
}

function isSecure(site: PasskeySite): boolean {
  return site.origin.startsWith('https:');
}

/** Sign-in, step-up and sign-out; the current user; alerts. */
export function accessRoutes(app: DeskApp, door: DeskDoor): void {
  app.get('/session', (c) => readSession(c, door));
  app.post('/sign-in/options', (c) =>
    guarded(c, door, async () => beginPasskey(c.get('ctx'), door.site, 'sign_in')),
  );
  app.post('/sign-in', (c) =>
    guarded(c, door, async () => {
      const body = parse(answered, await readJson(c));
      keepSession(c, door, await signInByPasskey(c.get('ctx'), door.site, body));
    }),
  );
  app.post('/enrol/options', (c) =>
    guarded(c, door, async () => {
      const { code } = parse(z.object({ code: typedCode }), await readJson(c));
      return beginEnrolment(c.get('ctx'), door.site, code);
    }),
  );
  app.post('/enrol', (c) =>
    guarded(c, door, async () => {
      const body = parse(answered.extend({ code: typedCode }), await readJson(c));
      keepSession(c, door, await enrol(c.get('ctx'), door.site, body));
    }),
  );
  addTrialRoutes(app, door);
  addStepUpRoutes(app, door);
  app.post('/sign-out', async (c) => {
    if (c.get('ctx').actor.kind === 'staff') await signOutStaff(c.get('ctx'), c.get('token'));
    // A name with the prefix `__Host-` can be set, and so deleted, only as a secure cookie.
    deleteCookie(c, deskCookie(door.site), { path: '/', secure: isSecure(door.site) });
    c.header('Clear-Site-Data', '"cache", "cookies", "storage"');
    return c.body(null, 204);
  });
  addLanguageRoute(app);
}

async function readSession(c: DeskContext, door: DeskDoor): Promise<Response> {
  const { actor, db, now, broker } = c.get('ctx');
  const { officeId } = actor;
  // The screen polls this, so it does not keep a session alive.
  const held = { officeId, token: c.get('token'), now, quiet: true };
  const found = actor.kind === 'staff' ? await recogniseStaff(db, held) : null;
  if (!found) throw signedOut();
  const office = await inTransaction(db, rowContextOf(found.actor), (tx) =>
    findOfficeName(tx, officeId),
  );
  const locked = await broker.unlocked().then(
    (unlocked) => !unlocked,
    () => true, // No answer counts as locked.
  );
  const { name, language: speaks } = found;
  return c.json({
    person: { name, roles: found.actor.roles, language: speaks, office },
    freshUntil: found.actor.freshUntil?.toISOString() ?? null,
    endsAt: found.endsAt.toISOString(),
    trial: door.trial !== null,
    locked,
    witness,
  });
}

function addTrialRoutes(app: DeskApp, door: DeskDoor): void {
  app.post('/trial-people', (c) =>
    guarded(c, door, async () => {
      const { code } = parse(z.object({ code: typedCode }), await readJson(c));
      if (!door.trial || !isTrialCode(door.trial, code)) {
        throw await refusedTrial(c, door, code);
      }
      const people = door.trial.people.map(({ staffId, workName, roles }) => ({
        staffId,
        name: workName,
        roles,
      }));
      return { people };
    }),
  );
  app.post('/trial-sign-in', (c) =>
    guarded(c, door, async () => {
      const shape = z.object({ code: typedCode, staffId: idShape<'staff'>() });
      const body = parse(shape, await readJson(c));
      keepSession(c, door, await signInOnTrial(c.get('ctx'), door.trial, body));
    }),
  );
  app.post('/trial-step-up', (c) =>
    guarded(c, door, async () => {
      const { code } = parse(z.object({ code: typedCode }), await readJson(c));
      if (c.get('ctx').actor.kind !== 'staff') throw signedOut();
      const held = { code, token: c.get('token') };
      keepSession(c, door, await freshenOnTrial(c.get('ctx'), door.trial, held));
    }),
  );
}

/** A wrong code gets an entry like every refused sign-in. */
async function refusedTrial(c: DeskContext, door: DeskDoor, code: string): Promise<unknown> {
  const nobody = { code, staffId: '' as never }; // Never found: the refusal is intended.
  return signInOnTrial(c.get('ctx'), door.trial, nobody).catch((error: unknown) => error);
}

function addStepUpRoutes(app: DeskApp, door: DeskDoor): void {
  app.post('/step-up/options', (c) =>
    guarded(c, door, async () => {
      if (c.get('ctx').actor.kind !== 'staff') throw signedOut();
      return beginPasskey(c.get('ctx'), door.site, 'step_up');
    }),
  );
  app.post('/step-up', (c) =>
    guarded(c, door, async () => {
      if (c.get('ctx').actor.kind !== 'staff') throw signedOut();
      const body = parse(answered, await readJson(c));
      const token = c.get('token');
      keepSession(c, door, await stepUpByPasskey(c.get('ctx'), door.site, { ...body, token }));
    }),
  );
}

function addLanguageRoute(app: DeskApp): void {
  app.post('/language', async (c) => {
    const { language: chosen } = parse(z.object({ language }), await readJson(c));
    const ctx = { ...c.get('ctx'), purpose: { kind: 'sign_in' as const } };
    if (ctx.actor.kind !== 'staff') throw signedOut();
    await chooseLanguage(ctx, { language: chosen });
    return c.body(null, 204);
  });
}

/**
 * Counts refused sign-ins by client. The limit is checked after the attempt and affects only
 * refusals. A colleague with the right key or code gets in, whatever strangers behind the same
 * address do (S-41). Keys and codes are too long to be guessed at any speed.
 */
async function guarded(
  c: DeskContext,
  door: DeskDoor,
  run: () => Promise<unknown>,
): Promise<Response> {
  try {
    const answer = await run();
    return answer === undefined || answer === null ? c.body(null, 204) : c.json(answer);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { now } = c.get('ctx');
    const source = c.get('source');
    const isBraked = !door.tries.allows(source, now);
    door.tries.count(source, now);
    throw isBraked ? overloaded('door.tries', 60) : error;
  }
}

function keepSession(c: DeskContext, door: DeskDoor, token: string): void {
  setCookie(c, deskCookie(door.site), token, {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    secure: isSecure(door.site),
  });
}
