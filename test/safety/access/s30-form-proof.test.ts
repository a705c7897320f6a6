import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FormTokens } from '../../../src/family/form-token.ts';
import { familyApp } from '../../../src/http/family.ts';
import { hashToken, newId } from '../../../src/vault/random.ts';
import { type Boxes, FamilyWorld, origin, sealOf, Visitor } from '../../family-site.ts';
import { figure } from '../support/length.ts';

/**
 * S-30: a family's form is accepted only from a page that this site made for this session and
 * command. Each forgery leaves the file unchanged; the control removes the check.
 */
let world: FamilyWorld;
/** The same site with a check that accepts everything. */
let unchecked: FamilyWorld['app'];
beforeAll(async () => {
  world = await FamilyWorld.open();
  const tokens: FormTokens = { issue: () => 'any', accepts: () => true };
  unchecked = familyApp({ ...world.options, tokens });
});
afterAll(() => world.test.drop());

interface Case {
  /**
   * The content of the forged form, made from the valid tokens of the victim and of the attacker.
   */
  readonly seal: (victim: Boxes, attacker: Boxes) => Boxes;
  readonly headers?: Boxes;
}

const cases: Readonly<Record<string, Case>> = {
  'with no token': { seal: ({ token: _, ...rest }) => rest as Boxes },
  'with an empty token': { seal: (victim) => ({ ...victim, token: '' }) },
  'with a made-up token': { seal: (victim) => ({ ...victim, token: 'A'.repeat(43) }) },
  "with a token of the attacker's own session": {
    seal: (victim, attacker) => ({ ...attacker, version: victim['version'] ?? '0' }),
  },
  'with the token of another command': {
    seal: (victim) => ({ ...victim, commandId: newId<'command'>() }),
  },
  "with the attacker's token for the victim's command": {
    seal: (victim, attacker) => ({ ...victim, token: attacker['token'] ?? '' }),
  },
};

const elsewhere: Readonly<Record<string, Boxes>> = {
  'from another origin': { origin: 'https://elsewhere.example' },
  'from the same host under another port': { origin: 'http://localhost:9999' },
  'from a page without origin that another site opened': {
    origin: 'null',
    'sec-fetch-site': 'cross-site',
  },
  'from a sibling of the same site': { origin: 'null', 'sec-fetch-site': 'same-site' },
};

async function languageOf(cookie: string): Promise<string> {
  const row = await world.test.db
    .selectFrom('sessions')
    .innerJoin('enquiries', 'enquiries.id', 'sessions.enquiryId')
    .select('enquiries.language')
    .where('tokenHash', '=', hashToken(cookie.slice('family='.length)))
    .executeTakeFirstOrThrow();
  return row.language;
}

async function proofs() {
  const victim = (await world.filed()).visitor;
  const attacker = (await world.filed()).visitor;
  const sealFor = async (visitor: Visitor) => sealOf((await visitor.get('/own')).text);
  return { victim, seals: [await sealFor(victim), await sealFor(attacker)] as const };
}

const change = { language: 'uk' };

describe('a form that another site made', () => {
  it.each(Object.entries(cases))('%s changes nothing', async (_, { seal }) => {
    const { victim, seals } = await proofs();
    await victim.post('/own/language', { ...seal(...seals), ...change });
    expect(await languageOf(victim.cookie)).toBe('en');
  });

  it.each(Object.entries(elsewhere))('%s changes nothing', async (_, headers) => {
    const { victim, seals } = await proofs();
    const sent = await victim.post('/own/language', { ...seals[0], ...change }, headers);
    expect(sent.status).toBe(400);
    expect(await languageOf(victim.cookie)).toBe('en');
  });

  it('is told from an honest one, which is taken (control of every case above)', async () => {
    const { victim, seals } = await proofs();
    const sent = await victim.post('/own/language', { ...seals[0], ...change });
    expect(sent.status).toBe(303);
    expect(await languageOf(victim.cookie)).toBe('uk');
    figure('S-30', `${Object.keys({ ...cases, ...elsewhere }).length} forged forms: 0 taken`);
  });

  it.each(Object.entries(cases))(
    '%s would be taken without the check (negative control)',
    async (_, { seal }) => {
      const { victim, seals } = await proofs();
      const open = new Visitor(unchecked, 'en', origin);
      open.cookie = victim.cookie;
      await open.post('/own/language', { ...seal(...seals), ...change });
      expect(await languageOf(victim.cookie)).toBe('uk');
    },
  );

  it('is done once when it is sent again, whatever it says the second time', async () => {
    const { victim, seals } = await proofs();
    await victim.post('/own/language', { ...seals[0], ...change });
    await victim.post('/own/language', { ...seals[0], ...change });
    await victim.post('/own/language', { ...seals[0], language: 'ru' });
    expect(await languageOf(victim.cookie)).toBe('uk');
  });

  it('is nothing to a session that was renewed or ended', async () => {
    const { visitor, code } = await world.filed();
    const old = sealOf((await visitor.get('/own')).text);
    await visitor.fill('/enter', { code, passphrase: 'four words for me' });
    await visitor.post('/own/language', { ...old, ...change });
    expect(await languageOf(visitor.cookie)).toBe('en');
  });
});

describe('a script request', () => {
  it('without the proof of its own page begins no ceremony', async () => {
    const { victim, seals } = await proofs();
    const [own, foreign] = seals;
    const begin = (sent: Boxes) =>
      victim.send('/own/passkey/options', {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: JSON.stringify(sent),
      });
    expect((await begin(own)).status).toBe(200);
    for (const forged of [{}, foreign, { ...own, token: '' }, { ...own, commandId: newId() }]) {
      expect((await begin(forged)).status).toBe(400);
    }
  });
});
