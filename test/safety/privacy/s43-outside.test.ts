import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashToken } from '../../../src/vault/random.ts';
import { FamilyWorld, sealOf, type Visitor } from '../../family-site.ts';
import { nameCanary, stems } from '../support/canaries.ts';
import { figure, long, patienceMs } from '../support/length.ts';

/**
 * S-43: whatever a phone shows unasked is the same for all users and reveals nothing: page titles,
 * addresses, names of passkeys and files, headers. This version sends no letters and no mail; these
 * are all its words that leave a signed-in page.
 */
const rendered = long(250, 5_000);

const at = new Date('2026-03-02T09:00:00Z');
const proven = { identityProvenAt: at, kinshipProvenAt: at, kinship: 'mother' };
const standings = [
  { state: 'submitted' },
  { state: 'identity_proven', identityProvenAt: at },
  ...[1, 2, 3, 4, 5].map((ladderStep) => ({ state: 'open', ladderStep, ...proven })),
  { state: 'suspended' },
  { state: 'rejected' },
  { state: 'withdrawn' },
  { state: 'closed', ...proven },
  { state: 'erased' },
] as const;
const paths = [
  '/own',
  '/own/held',
  '/own/paper',
  '/own/withdraw',
  '/own?saved=thread',
  '/own?stale=1',
];
const locales = ['uk', 'ru', 'en'] as const;

/** Fates, standings and places, in three languages; no title, address or header contains one. */
const tellingWords =
  /загин|помер|смерт|живий|полон|звільн|обмін|колон|шпитал|погиб|умер|жив\b|плен|освобожд|обмен|госпитал|dead|death|died|killed|alive|captur|prison|releas|exchang|camp\b/iu;

let world: FamilyWorld;
const visitors: Visitor[] = [];

beforeAll(async () => {
  world = await FamilyWorld.open({
    trial: false,
    toldNotices: async () => [{ on: '2026-02-01', how: 'telephone', text: nameCanary(2, 1) }],
  });
  for (let number = 0; number < standings.length; number += 1) {
    const boxes = { surname: nameCanary(number, 0), lastSeenPlace: nameCanary(number, 2) };
    const { visitor } = await world.filed(boxes);
    const tokenHash = hashToken(visitor.cookie.slice('family='.length));
    const { enquiryId } = await world.test.db
      .selectFrom('sessions')
      .select('enquiryId')
      .where('tokenHash', '=', tokenHash)
      .executeTakeFirstOrThrow();
    await world.test.db
      .updateTable('enquiries')
      .set(standings[number] ?? {})
      .where('id', '=', enquiryId ?? '')
      .execute();
    visitors.push(visitor);
  }
}, patienceMs(90_000));
afterAll(() => world?.test.drop());

/** The parts of an answer that show outside the page itself. */
function outside(answer: { readonly headers: Headers; readonly text: string }): string {
  const title = /<title>(.*?)<\/title>/s.exec(answer.text)?.[1] ?? '';
  const metas = [...answer.text.matchAll(/<(?:meta|link)\b[^>]*>/g)].map(([tag]) => tag);
  const addresses = [...answer.text.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, to]) => to);
  const headers = [...answer.headers].filter(([name]) => name !== 'content-security-policy');
  return JSON.stringify({ title, metas, addresses: [...new Set(addresses)].sort(), headers });
}

function telling(text: string): boolean {
  return text.includes(stems.name) || tellingWords.test(text);
}

describe('S-43 what shows outside a signed-in page', () => {
  it(
    'holds no name, standing, place or fate, and one title for every standing',
    async () => {
      const titles = new Map<string, Set<string>>();
      const told: string[] = [];
      for (let number = 0; number < rendered; number += 1) {
        const visitor = visitors[number % visitors.length];
        const path = paths[randomInt(paths.length)] ?? '/own';
        const locale = locales[randomInt(locales.length)] ?? 'uk';
        if (!visitor) throw new Error('there is a visitor for each standing');
        const answer = await visitor.send(`//${locale}${path}`, {});
        const shown = outside(answer);
        if (telling(shown)) told.push(shown);
        const title = /<title>(.*?)<\/title>/s.exec(answer.text)?.[1] ?? '';
        const page = `${locale} ${path.split('?')[0]}`;
        titles.set(page, (titles.get(page) ?? new Set()).add(title));
      }
      const most = Math.max(...[...titles.values()].map((each) => each.size));
      figure(
        'S-43',
        `${rendered} answers, ${standings.length} standings, 3 languages: ${told.length} telling, at most ${most} title a page`,
      );
      expect(told).toEqual([]);
      expect(most).toBe(1);
    },
    patienceMs(90_000),
  );

  it('names a key of the device for nobody', async () => {
    const visitor = visitors[2];
    const own = await visitor?.get('/own');
    const seal = sealOf(own?.text ?? '');
    const begun = await visitor?.send('/own/passkey/options', {
      method: 'POST',
      body: JSON.stringify(seal),
      headers: { 'content-type': 'application/json', origin: world.options.origin },
    });
    const { options } = JSON.parse(begun?.text ?? '') as {
      options: { rp: { name: string }; user: { name: string; displayName: string } };
    };
    expect([options.rp.name, options.user.name, options.user.displayName]).toEqual([
      'Homeward',
      'Homeward',
      '',
    ]);
  });

  it('would be seen in a title or an address (negative control)', () => {
    const headers = new Headers({ location: '/uk/own' });
    const page = (title: string, href: string) => `<title>${title}</title><a href="${href}">x</a>`;
    expect(
      telling(outside({ headers, text: page(`Справа: ${nameCanary(1, 0)}`, '/uk/own') })),
    ).toBe(true);
    expect(telling(outside({ headers, text: page('Ваша справа', '/uk/own?state=released') }))).toBe(
      true,
    );
    expect(telling(outside({ headers, text: page('Ваша справа', '/uk/own') }))).toBe(false);
  });
});
