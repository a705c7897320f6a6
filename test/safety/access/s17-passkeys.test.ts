import { generateKeyPairSync, randomBytes, sign as signWith } from 'node:crypto';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeskEnv } from '../../../src/access/desk-route.ts';
import {
  addFamilyPasskey,
  beginFamilyPasskey,
  beginFamilyPasskeySignIn,
  signInByFamilyPasskey,
} from '../../../src/access/family-passkeys.ts';
import { deskApp } from '../../../src/http/desk.ts';
import { Problem } from '../../../src/kernel/problem.ts';
import { declared } from '../../../src/registry/modules.ts';
import { randomCode, readTypedCode } from '../../../src/vault/codes.ts';
import { hashToken, newId } from '../../../src/vault/random.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { type Colleague, World } from '../../world.ts';
import { type Asked, Authenticator, flags, type Lies } from '../support/authenticator.ts';
import { figure, long, patienceMs } from '../support/length.ts';
import { type Dice, seeded } from '../support/seeded.ts';

/**
 * S-17: the only accepted answer of a passkey is the honest one, from the right site, to this very
 * challenge.
 */
const each = long(25, 1_000);
const origin = 'http://localhost:8081';
const rpId = 'localhost';

let test: TestDatabase;
let world: World;
let desk: Hono<DeskEnv>;
const keys = new Map<Colleague, Authenticator>();
const dice = seeded(17);

beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
  desk = deskAt(origin);
  for (const name of ['Daria', 'Vera'] as const) keys.set(name, await enrolled(name));
}, patienceMs(60_000));
afterAll(() => test.drop());

function deskAt(stands: string): Hono<DeskEnv> {
  return deskApp({
    db: test.as('homeward_desk'),
    broker: world.broker,
    officeId: world.officeId,
    clock: () => world.now,
    origin: stands,
    declared,
    trial: null,
    filesFolder: null,
    triesPerMinute: 10_000_000,
  });
}

interface Sent {
  readonly httpStatus: number;
  readonly text: string;
  readonly cookie: string | null;
}

async function post(
  path: string,
  body: object,
  from = { app: desk, origin, cookie: '' },
): Promise<Sent> {
  const answer = await from.app.request(`/api${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: from.origin, cookie: from.cookie },
    body: JSON.stringify(body),
  });
  const text = (await answer.text()).replace(/"requestId":"[^"]*"/, '');
  return { httpStatus: answer.status, text, cookie: answer.headers.get('set-cookie') };
}

interface Ceremony extends Asked {
  readonly challengeId: string;
}

async function begin(path: string, body: object = {}, cookie = ''): Promise<Ceremony> {
  const { text } = await post(`${path}/options`, body, { app: desk, origin, cookie });
  const { challengeId, options } = JSON.parse(text) as {
    challengeId: string;
    options: { challenge: string };
  };
  return { challengeId, challenge: options.challenge, origin, rpId };
}

/** A one-time code for the colleague's account, as `homeward init` prints it. */
async function codeFor(name: Colleague): Promise<string> {
  const code = randomCode(128);
  await test.db
    .updateTable('staffAccounts')
    .set({
      enrolmentHash: hashToken(readTypedCode(code) ?? ''),
      enrolmentExpiresAt: new Date(world.now.getTime() + 3_600_000),
    })
    .where('id', '=', world.idOf(name).accountId)
    .execute();
  return code;
}

async function enrolled(name: Colleague): Promise<Authenticator> {
  const key = new Authenticator();
  const code = await codeFor(name);
  const asked = await begin('/enrol', { code });
  const body = { code, challengeId: asked.challengeId, response: key.attest(asked) };
  expect((await post('/enrol', body)).httpStatus).toBe(204);
  return key;
}

function keyOf(name: Colleague): Authenticator {
  const key = keys.get(name);
  if (!key) throw new Error('enrolled above');
  return key;
}

const elsewhere = [
  'https://evil.invalid',
  'http://localhost:8082',
  'https://localhost:8081',
  'http://localhost',
  'http://127.0.0.1:8081',
  'http://localhost:8081.evil.invalid',
  'http://localhost:8081/',
  'HTTP://LOCALHOST:8081',
  'null',
  '',
] as const;

const ed25519 = generateKeyPairSync('ed25519').privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** Forgeries in which exactly one thing is wrong. */
const lies: Readonly<Record<string, (dice: Dice, key: Authenticator) => Lies>> = {
  'another origin': (d) => ({ origin: d.of(elsewhere) }),
  'another rpId': (d) => ({
    rpId: d.of(['evil.invalid', '127.0.0.1', 'LOCALHOST', 'localhost.', '']),
  }),
  'another challenge': () => ({ challenge: randomBytes(32).toString('base64url') }),
  'no verified user': (d) => ({ flags: d.of([flags.present, 0, 0x08, 0x80]) }),
  'nobody present': () => ({ flags: flags.verified }),
  'a counter gone back': (d, key) => ({ counter: d.below(key.taken + 1) }),
  "another's credential": () => ({ id: keyOf('Vera').id }),
  'an unknown credential': () => ({ id: randomBytes(32).toString('base64url') }),
  'another algorithm': (d) => ({
    sign: d.of([
      (bytes: Buffer, key) => signWith('sha384', bytes, key),
      (bytes: Buffer, key) => signWith('sha512', bytes, key),
      (bytes: Buffer) => signWith(null, bytes, ed25519),
      (bytes: Buffer) => signWith('sha256', bytes, rsa),
      () => Buffer.alloc(0),
      () => Buffer.from('3006020101020101', 'hex'),
    ] satisfies NonNullable<Lies['sign']>[]),
  }),
  'the type of another ceremony': () => ({ type: 'webauthn.create' }),
  'a changed signature': () => ({ flip: 'signature' }),
  'changed device data': () => ({ flip: 'deviceBytes' }),
};

/** Attempts a sign-in with this forgery; true if it was accepted. */
async function accepted(lie: Lies, key = keyOf('Daria')): Promise<boolean> {
  const asked = await begin('/sign-in');
  const response = key.assert(asked, lie);
  const sent = await post('/sign-in', { challengeId: asked.challengeId, response });
  if (sent.httpStatus === 204) key.taken = key.counter;
  else {
    refusals.add(`${sent.httpStatus} ${sent.text}`);
    expect(sent.cookie).toBeNull();
  }
  return sent.httpStatus === 204;
}

/** Every refusal seen at the desk: there must be one. */
const refusals = new Set<string>();

describe('S-17 signing in at the desk', () => {
  it('takes the honest answer (control of every lie below)', async () => {
    expect(await accepted({})).toBe(true);
  });

  it.each(Object.entries(lies))(
    'refuses %s',
    async (name, lie) => {
      let taken = 0;
      // An honest sign-in first: the counter is at least one.
      expect(await accepted({})).toBe(true);
      for (let turn = 0; turn < each; turn += 1) {
        if (await accepted(lie(dice, keyOf('Daria')))) taken += 1;
      }
      figure('S-17', `${each} with ${name}: ${taken} taken`);
      expect(taken).toBe(0);
    },
    patienceMs(30_000),
  );

  it(
    'refuses an answer that was given before, and an old answer to a new question',
    async () => {
      let taken = 0;
      for (let turn = 0; turn < each; turn += 1) {
        const asked = await begin('/sign-in');
        const body = { challengeId: asked.challengeId, response: keyOf('Daria').assert(asked) };
        expect((await post('/sign-in', body)).httpStatus).toBe(204);
        const { challengeId } = await begin('/sign-in');
        for (const again of [body, { ...body, challengeId }]) {
          if ((await post('/sign-in', again)).httpStatus === 204) taken += 1;
        }
      }
      figure('S-17', `${2 * each} replays: ${taken} taken`);
      expect(taken).toBe(0);
    },
    patienceMs(60_000),
  );

  it('refuses a question that is too old, or was asked for something else', async () => {
    const begun = world.now;
    const old = await begin('/sign-in');
    world.now = new Date(begun.getTime() + 5 * 60_000 + 1);
    const late = { challengeId: old.challengeId, response: keyOf('Daria').assert(old) };
    expect((await post('/sign-in', late)).httpStatus).toBe(403);
    world.now = begun;
    const { cookie, asked } = await stepping('Daria');
    const other = { challengeId: asked.challengeId, response: keyOf('Daria').assert(asked) };
    expect((await post('/sign-in', other, { app: desk, origin, cookie })).httpStatus).toBe(403);
  });

  it('answers every lie in one and the same way', () => {
    expect([...refusals]).toHaveLength(1);
  });

  it('would take another origin were the check not there (negative control)', async () => {
    // The same desk configured for the forged origin: only the origin had refused that answer.
    const [, stands] = elsewhere;
    const asked = await begin('/sign-in');
    const response = keyOf('Daria').assert(asked, { origin: stands });
    const from = { app: deskAt(stands), origin: stands, cookie: '' };
    const sent = await post('/sign-in', { challengeId: asked.challengeId, response }, from);
    expect(sent.httpStatus).toBe(204);
  });

  it('would take a counter gone back were it not remembered (negative control)', async () => {
    const key = keyOf('Daria');
    const counter = key.counter;
    const back = test.db.updateTable('passkeys').set({ counter: 0 });
    await back.where('credentialId', '=', key.id).execute();
    expect(await accepted({ counter })).toBe(true);
  });
});

/** A challenge for stepping up in the colleague's own session. */
async function stepping(name: Colleague) {
  const { sessionToken } = await world.as(name, 'tracing');
  const cookie = `desk=${sessionToken}`;
  return { cookie, asked: await begin('/step-up', {}, cookie) };
}

describe('S-17 stepping up and bringing a key', () => {
  it("does not make one colleague's session fresh by another's passkey", async () => {
    const { cookie, asked } = await stepping('Daria');
    const from = { app: desk, origin, cookie };
    const theirs = keyOf('Vera').assert(asked);
    const sent = await post('/step-up', { challengeId: asked.challengeId, response: theirs }, from);
    expect(sent.httpStatus).toBe(403);
    const own = await begin('/step-up', {}, cookie);
    const response = keyOf('Daria').assert(own);
    const answer = await post('/step-up', { challengeId: own.challengeId, response }, from);
    expect(answer.httpStatus).toBe(204);
  });

  const atEnrolment: Readonly<Record<string, (d: Dice) => Lies>> = {
    'another origin': (d) => ({ origin: d.of(elsewhere) }),
    'another rpId': (d) => ({ rpId: d.of(['evil.invalid', '127.0.0.1', '']) }),
    'another challenge': () => ({ challenge: randomBytes(32).toString('base64url') }),
    'no verified user': () => ({ flags: flags.present }),
    'the type of another ceremony': () => ({ type: 'webauthn.get' }),
    // RSA with SHA-1, RSA, EdDSA claimed for a key on P-256, and meaningless numbers.
    'another algorithm': (d) => ({ algorithm: d.of([-65_535, -257, -8, -35, -999]) }),
  };

  it.each(Object.entries(atEnrolment))(
    'refuses a new key with %s',
    async (name, lie) => {
      let taken = 0;
      const code = await codeFor('Maksym');
      for (let turn = 0; turn < each; turn += 1) {
        const asked = await begin('/enrol', { code });
        const response = new Authenticator().attest(asked, lie(dice));
        const sent = await post('/enrol', { code, challengeId: asked.challengeId, response });
        if (sent.httpStatus === 204) taken += 1;
      }
      figure('S-17', `${each} new keys with ${name}: ${taken} taken`);
      expect(taken).toBe(0);
    },
    patienceMs(30_000),
  );

  it(
    'refuses every code but the one that was given, and that one the second time',
    async () => {
      const code = await codeFor('Maksym');
      const tried = async (typed: string) => {
        const asked = await begin('/enrol', { code: typed });
        const response = new Authenticator().attest(asked);
        return post('/enrol', { code: typed, challengeId: asked.challengeId, response });
      };
      for (let turn = 0; turn < each; turn += 1) {
        expect((await tried(randomCode(128))).httpStatus).toBe(403);
      }
      expect((await tried(code)).httpStatus).toBe(204);
      expect((await tried(code)).httpStatus).toBe(403);
    },
    patienceMs(30_000),
  );
});

describe('S-17 signing in on the family site', () => {
  it.each(Object.entries(lies))(
    'refuses %s',
    async (name, lie) => {
      const { olena } = await world.file('Тихобор Данило Остапович', '14.03.1994');
      const site = { origin };
      const key = new Authenticator();
      const begun = await beginFamilyPasskey(olena, site);
      await addFamilyPasskey(olena, site, {
        challengeId: begun.challengeId,
        response: key.attest(askedOf(begun)),
      });
      const door = world.atDoor();
      const tried = async (lied: Lies) => {
        const asked = await beginFamilyPasskeySignIn(door, site);
        const response = key.assert(askedOf(asked), lied);
        return signInByFamilyPasskey(door, site, { challengeId: asked.challengeId, response }).then(
          () => true,
          (error: unknown) => {
            if (!(error instanceof Problem)) throw error;
            return false;
          },
        );
      };
      expect(await tried({})).toBe(true);
      let taken = 0;
      for (let turn = 0; turn < each; turn += 1) if (await tried(lie(dice, key))) taken += 1;
      figure('S-17', `family, ${each} with ${name}: ${taken} taken`);
      expect(taken).toBe(0);
    },
    patienceMs(30_000),
  );
});

function askedOf(begun: { readonly options: unknown }): Asked {
  const { challenge } = begun.options as { challenge: string }; // As the library makes them.
  return { origin, rpId, challenge };
}

describe('S-17 a node that is no trial', () => {
  it(
    'knows no code of a trial, whatever is tried',
    async () => {
      const { sessionToken } = await world.as('Daria', 'tracing');
      const from = { app: desk, origin, cookie: `desk=${sessionToken}` };
      let taken = 0;
      for (let turn = 0; turn < each; turn += 1) {
        const code = randomCode(60);
        const { staffId } = world.idOf('Daria');
        for (const path of ['/trial-people', '/trial-sign-in', '/trial-step-up']) {
          const sent = await post(path, { code, staffId }, from);
          if (sent.httpStatus !== 403) taken += 1;
        }
        const nobody = await post('/trial-sign-in', { code, staffId: newId() }, from);
        if (nobody.httpStatus !== 403) taken += 1;
      }
      figure('S-17', `${4 * each} codes of a trial on a node that is none: ${taken} taken`);
      expect(taken).toBe(0);
    },
    patienceMs(30_000),
  );
});
