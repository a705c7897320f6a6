import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeskEnv } from '../../../src/access/desk-route.ts';
import { addFamilyPasskey, beginFamilyPasskey } from '../../../src/access/family-passkeys.ts';
import { openFamilySession, recogniseFamily } from '../../../src/access/family-sign-in.ts';
import { isStillOpen, openStaffSession, recogniseStaff } from '../../../src/access/sign-in.ts';
import { deskApp } from '../../../src/http/desk.ts';
import { familyApp } from '../../../src/http/family.ts';
import type { StaffActor } from '../../../src/kernel/actor.ts';
import { declared } from '../../../src/registry/modules.ts';
import { randomCode, readTypedCode } from '../../../src/vault/codes.ts';
import { hashToken } from '../../../src/vault/random.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { sealOf } from '../../family-site.ts';
import { World } from '../../world.ts';
import { Authenticator } from '../support/authenticator.ts';

/**
 * S-18: a step-up gives the session a new token and answers only its own challenge, and signing out
 * ends it.
 */
const origin = 'https://desk.example';
const rpId = 'desk.example';
const cookieName = '__Host-desk';

let test: TestDatabase;
let world: World;
let desk: Hono<DeskEnv>;
const key = new Authenticator();

beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
  desk = deskApp({
    db: test.as('homeward_desk'),
    broker: world.broker,
    officeId: world.officeId,
    clock: () => world.now,
    origin,
    declared,
    trial: null,
    filesFolder: null,
  });
  await enrol(key);
});
afterAll(() => test.drop());

async function post(path: string, body: object, token = '') {
  const answer = await desk.request(`/api${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, cookie: `${cookieName}=${token}` },
    body: JSON.stringify(body),
  });
  const set = answer.headers.get('set-cookie') ?? '';
  return { answer, set, token: /__Host-desk=([^;]+)/.exec(set)?.[1] ?? '' };
}

async function begin(path: string, token: string, body: object = {}) {
  const { answer } = await post(`${path}/options`, body, token);
  const asked = (await answer.json()) as { challengeId: string; options: { challenge: string } };
  return { challengeId: asked.challengeId, challenge: asked.options.challenge, origin, rpId };
}

async function enrol(device: Authenticator) {
  const code = randomCode(128);
  const change = {
    enrolmentHash: hashToken(readTypedCode(code) ?? ''),
    enrolmentExpiresAt: new Date(world.now.getTime() + 3_600_000),
  };
  const { accountId } = world.idOf('Daria');
  await test.db.updateTable('staffAccounts').set(change).where('id', '=', accountId).execute();
  const asked = await begin('/enrol', '', { code });
  const response = device.attest(asked);
  return post('/enrol', { code, challengeId: asked.challengeId, response });
}

/** A session of Daria's at the desk; its token. */
const signedIn = () => {
  const door = { ...world.atDoor(), db: test.as('homeward_desk') };
  return openStaffSession({ ...door, purpose: { kind: 'sign_in' } }, world.idOf('Daria'));
};

async function stepUp(asking: string, answering: string) {
  const asked = await begin('/step-up', asking);
  const response = key.assert(asked);
  return post('/step-up', { challengeId: asked.challengeId, response }, answering);
}

const atDesk = (token: string) =>
  recogniseStaff(test.as('homeward_desk'), { officeId: world.officeId, token, now: world.now });

describe('S-18 stepping up', () => {
  it('gives a new token and ends the old one at the desk and at the broker', async () => {
    const record = await world.listed({ names: [{ full: 'Тихобор Данило' }] });
    const old = await signedIn();
    const before = await atDesk(old);
    const stepped = await stepUp(old, old);
    expect(stepped.answer.status).toBe(204);
    expect(stepped.token).not.toBe(old);
    expect(stepped.set).toMatch(/__Host-desk=.*HttpOnly.*Secure.*SameSite=Strict/);
    const after = await atDesk(stepped.token);
    expect(await atDesk(old)).toBeNull();
    // The session itself is the same, so an open stream and other tabs continue.
    expect(after?.actor.sessionId).toBe(before?.actor.sessionId);
    const actor = before?.actor as StaffActor; // Recognised above.
    expect(await isStillOpen(test.as('homeward_desk'), actor, world.now)).toBe(true);
    const open = (sessionToken: string) =>
      world.broker.open({
        sessionToken,
        actor: (after?.actor ?? before?.actor) as StaffActor, // Recognised above.
        purpose: { kind: 'tracing' },
        action: 'record.read',
        objectId: record,
        fields: [{ rowId: record, columnName: 'description' }],
      });
    await expect(open(stepped.token)).resolves.toHaveLength(1);
    await expect(open(old)).rejects.toMatchObject({ httpStatus: 401 });
  });

  it('would leave the old token good were it not replaced (negative control)', async () => {
    const old = await signedIn();
    const stepped = await stepUp(old, old);
    await test.db
      .updateTable('sessions')
      .set({ tokenHash: hashToken(old) })
      .where('tokenHash', '=', hashToken(stepped.token))
      .execute();
    expect(await atDesk(old)).not.toBeNull();
  });

  it('refuses a question that was asked in another session of the same person', async () => {
    const [mine, other] = [await signedIn(), await signedIn()];
    expect((await stepUp(mine, other)).answer.status).toBe(403);
    expect((await stepUp(other, other)).answer.status).toBe(204);
  });

  it('would take it were the session not compared (negative control)', async () => {
    const [mine, other] = [await signedIn(), await signedIn()];
    const asked = await begin('/step-up', mine);
    const there = await atDesk(other);
    await test.db
      .updateTable('challenges')
      .set({ sessionId: there?.actor.sessionId ?? null })
      .where('id', '=', asked.challengeId)
      .execute();
    const response = key.assert(asked);
    const sent = await post('/step-up', { challengeId: asked.challengeId, response }, other);
    expect(sent.answer.status).toBe(204);
  });

  it('refuses a family a passkey whose question another session of its file asked', async () => {
    const { enquiryId, olena } = await world.file('Тихобор Данило Остапович', '14.03.1994');
    const { token } = await openFamilySession(world.atDoor(), enquiryId);
    const held = { officeId: world.officeId, token, now: world.now };
    const actor = await recogniseFamily(test.as('homeward_family'), held);
    if (!actor) throw new Error('a session just opened is known');
    const device = new Authenticator();
    const begun = await beginFamilyPasskey(olena, { origin });
    const { challenge } = begun.options as { challenge: string }; // As the library makes them.
    const response = device.attest({ origin, rpId, challenge });
    const answered = { challengeId: begun.challengeId, response };
    const elsewhere = addFamilyPasskey({ ...olena, actor }, { origin }, answered);
    await expect(elsewhere).rejects.toMatchObject({ httpStatus: 403 });
    await expect(addFamilyPasskey(olena, { origin }, answered)).resolves.toBeUndefined();
  });
});

describe('S-18 signing out over TLS', () => {
  it('at the desk ends the session, deletes the cookie and clears what the browser kept', async () => {
    const token = await signedIn();
    const found = await atDesk(token);
    if (!found) throw new Error('a session just opened is known');
    const db = test.as('homeward_desk');
    expect(await isStillOpen(db, found.actor, world.now)).toBe(true);
    const { answer, set } = await post('/sign-out', {}, token);
    expect(answer.status).toBe(204);
    expect(set).toMatch(/^__Host-desk=; Max-Age=0; Path=\/; Secure/);
    expect(answer.headers.get('clear-site-data')).toBe('"cache", "cookies", "storage"');
    expect(await atDesk(token)).toBeNull();
    expect(await isStillOpen(db, found.actor, world.now)).toBe(false);
  });

  it('on the family site does the same', async () => {
    const family = 'https://families.example';
    const { olena } = await world.file('Тихобор Данило Остапович', '14.03.1994');
    const app = familyApp({
      db: test.as('homeward_family'),
      broker: world.broker,
      officeId: world.officeId,
      clock: () => world.now,
      origin: family,
      trial: false,
      withRtl: false,
      passkeyScript: null,
      toldNotices: async () => [],
    });
    const cookie = `__Host-family=${olena.sessionToken}`;
    const page = await app.request('/en/own', { headers: { cookie } });
    expect(page.status).toBe(200);
    const left = await app.request('/en/own/leave', {
      method: 'POST',
      headers: { cookie, origin: family, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(sealOf(await page.text())).toString(),
    });
    expect(left.status).toBe(303);
    expect(left.headers.get('set-cookie')).toMatch(/^__Host-family=; Max-Age=0; Path=\/; Secure/);
    expect(left.headers.get('clear-site-data')).toBe('"cache", "cookies", "storage"');
    expect((await app.request('/en/own', { headers: { cookie } })).status).toBe(303);
  });
});

describe('S-17 bringing a passkey that is known', () => {
  it('answers 409, and the code stays good for another one', async () => {
    const again = await enrol(key);
    expect(again.answer.status).toBe(409);
    expect(await again.answer.json()).toMatchObject({ code: 'passkey.known' });
    expect((await enrol(new Authenticator())).answer.status).toBe(204);
  });
});

describe('S-41 at the desk', () => {
  it('a colleague gets in behind an address where strangers failed', async () => {
    const wrong = async () => {
      const asked = await begin('/sign-in', '');
      const response = new Authenticator().assert(asked);
      return (await post('/sign-in', { challengeId: asked.challengeId, response })).answer.status;
    };
    const guesses = [];
    for (let turn = 0; turn < 25; turn += 1) guesses.push(await wrong());
    // The control: this address is limited, and a wrong answer says so.
    expect(guesses.at(-1)).toBe(503);
    const asked = await begin('/sign-in', '');
    const honest = { challengeId: asked.challengeId, response: key.assert(asked) };
    expect((await post('/sign-in', honest)).answer.status).toBe(204);
  });
});
