import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFamilyServer } from '../../../src/http/family.ts';
import type { Listening } from '../../../src/http/listen.ts';
import { hashToken } from '../../../src/vault/random.ts';
import { freePort } from '../../e2e/installation.ts';
import { FamilyWorld, sealOf } from '../../family-site.ts';
import { figure, long, patienceMs } from '../support/length.ts';
import { type OnTheWire, onTheWire } from '../support/wire.ts';

/**
 * S-39: an observer of the network cannot learn from sizes how an enquiry stands or what a family
 * did. Sizes are bytes of whole answers, headers included: TLS adds the same to equal sizes.
 */
const pages = long(6, 200);
const posts = long(4, 200);

interface Standing {
  readonly name: string;
  readonly set: Readonly<Record<string, unknown>>;
  readonly told?: number;
}

const at = new Date('2026-03-02T09:00:00Z');
const proven = { identityProvenAt: at, kinshipProvenAt: at, kinship: 'mother' };
const standings: readonly Standing[] = [
  { name: 'submitted', set: { state: 'submitted' } },
  { name: 'identity proven', set: { state: 'identity_proven', identityProvenAt: at } },
  ...[1, 2, 3, 4, 5].map((ladderStep) => ({
    name: `open, step ${ladderStep}`,
    set: { state: 'open', ladderStep, ...proven },
    told: ladderStep - 1,
  })),
  { name: 'suspended', set: { state: 'suspended' } },
  { name: 'suspended after proof', set: { state: 'suspended', ...proven } },
  { name: 'rejected', set: { state: 'rejected' } },
  { name: 'withdrawn', set: { state: 'withdrawn' } },
  { name: 'closed', set: { state: 'closed', ...proven } },
  { name: 'erased', set: { state: 'erased' } },
];

let world: FamilyWorld;
let told = 0;
const servers: Listening[] = [];

beforeAll(async () => {
  world = await FamilyWorld.open({
    // As many notices as the ladder has reached steps, each with a sentence.
    toldNotices: async () =>
      Array.from({ length: told }, (_, number) => ({
        on: `2026-02-0${number + 1}`,
        how: 'telephone' as const,
        text: 'Ми щось дізналися, і нам дозволили сказати вам про це. Ми зателефонуємо знову.',
      })),
  });
}, patienceMs(60_000));
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await world?.test.drop();
});

async function serve(step?: number): Promise<number> {
  const port = await freePort();
  const options = { ...world.options, ...(step === undefined ? {} : { paddingStep: step }) };
  servers.push(await startFamilyServer(options, { host: '127.0.0.1', port }));
  return port;
}

/** A family with its session, its enquiry in the given state. */
async function familyStanding(standing: Standing): Promise<string> {
  const { visitor } = await world.filed();
  const token = hashToken(visitor.cookie.slice('family='.length));
  const { enquiryId } = await world.test.db
    .selectFrom('sessions')
    .select('enquiryId')
    .where('tokenHash', '=', token)
    .executeTakeFirstOrThrow();
  await world.test.db
    .updateTable('enquiries')
    .set(standing.set)
    .where('id', '=', enquiryId ?? '')
    .execute();
  told = standing.told ?? 0;
  return visitor.cookie;
}

const sizeOf = ({ code, headBytes, bodyBytes }: OnTheWire) => `${code} ${headBytes}+${bodyBytes}`;

/** Sizes of a page, requested repeatedly, for each standing: name and the sorted multiset. */
async function sizesOf(port: number, path: string, times: number) {
  const found = new Map<string, string[]>();
  for (const standing of standings) {
    const cookie = await familyStanding(standing);
    const sizes: string[] = [];
    for (let time = 0; time < times; time += 1) {
      sizes.push(sizeOf(await onTheWire(port, { method: 'GET', path, headers: { cookie } })));
    }
    found.set(standing.name, sizes.sort());
  }
  return found;
}

const distinct = (found: ReadonlyMap<string, readonly string[]>) =>
  new Set([...found.values()].map((sizes) => sizes.join()));

describe('S-39 sizes on the line', () => {
  it.each(['/uk/own', '/uk/own/held', '/uk/own/paper', '/uk/own/withdraw'])(
    '%s is as large for every standing of an enquiry',
    async (path) => {
      const port = await serve();
      const found = await sizesOf(port, path, path === '/uk/own' ? pages : 3);
      const kinds = distinct(found);
      const times = path === '/uk/own' ? pages : 3;
      figure(
        'S-39',
        `${path}: ${times} pages x ${standings.length} standings: ${[...kinds].map((sizes) => sizes.split(',')[0]).join(' | ')}`,
      );
      expect(Object.fromEntries(found)).toEqual(
        Object.fromEntries([...found.keys()].map((name) => [name, found.get('submitted')])),
      );
    },
    patienceMs(60_000),
  );

  it(
    'every form that is sent is answered in one size, whatever stood in it',
    async () => {
      const port = await serve();
      const found = new Map<string, string[]>();
      for (const standing of standings.filter(({ set }) => set['state'] !== 'withdrawn')) {
        const cookie = await familyStanding(standing);
        const sizes: string[] = [];
        for (let time = 0; time < posts; time += 1) {
          const own = await onTheWire(port, {
            method: 'GET',
            path: '/uk/own',
            headers: { cookie },
          });
          const ended = !/action="[^"]*\/thread"/.test(own.text);
          if (ended) break;
          const boxes = new URLSearchParams({
            ...sealOf(own.text),
            text: 'а'.repeat(1 + time * 3),
          });
          const answer = await onTheWire(port, {
            method: 'POST',
            path: '/uk/own/thread',
            body: boxes.toString(),
            headers: {
              cookie,
              origin: world.options.origin,
              'content-type': 'application/x-www-form-urlencoded',
            },
          });
          sizes.push(sizeOf(answer));
        }
        if (sizes.length > 0) found.set(standing.name, sizes.sort());
      }
      figure(
        'S-39',
        `${posts} forms x ${found.size} standings: ${[...distinct(found)].map((sizes) => sizes.split(',')[0]).join(' | ')}`,
      );
      expect(found.size).toBeGreaterThan(8);
      expect(distinct(found).size).toBe(1);
    },
    patienceMs(60_000),
  );

  it('would tell the standings apart without padding (negative control)', async () => {
    const port = await serve(1);
    const found = await sizesOf(port, '/uk/own', 2);
    const kinds = distinct(found);
    figure('S-39', `control, padding off: ${kinds.size} sizes for ${standings.length} standings`);
    expect(kinds.size).toBeGreaterThan(3);
  });
});
