import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { familyApp } from '../../../src/http/family.ts';
import { randomCode } from '../../../src/vault/codes.ts';
import { type Boxes, FamilyWorld, masked, origin, sealOf, Visitor } from '../../family-site.ts';
import { areaUnderCurve, boundFor, median } from '../support/area.ts';
import { figure, long, patienceMs } from '../support/length.ts';
import { seeded } from '../support/seeded.ts';

/**
 * S-02: a refused sign-in does not reveal whether a file code is known, by its bytes or its time.
 */
const each = long(200, 2_000);
/** One starts this often, so that their ends do not coincide either. */
const beginEveryMs = 70;
/** More at once would be refused on a busy machine, and so prove nothing. */
const inFlightMax = 8;
const controls = 60;
/** Three and a half standard errors in the short form; the specified ± 0.03 in the long one. */
const bound = long(boundFor(each), 0.03);

let world: FamilyWorld;
const codes: string[] = [];
beforeAll(async () => {
  world = await FamilyWorld.open({ refusalStepMs: 500 });
  // Ten attempts on each file are checked.
  const files = Math.ceil((each + controls) / 10) + 1;
  for (let at = 0; at < files; at += 1) codes.push((await world.filed()).code);
}, patienceMs(60_000));
afterAll(() => world.test.drop());
let asked = 0;

/** As long as a known one when it is typed: the page returns it. */
const unknownCode = () => randomCode(120).replaceAll('-', '');

interface Refusal {
  readonly known: boolean;
  readonly ms: number;
  readonly said: string;
}

async function refusal(app: FamilyWorld['app'], known: boolean, code: string): Promise<Refusal> {
  const visitor = new Visitor(app, 'en', origin);
  const proof: Boxes = sealOf((await visitor.get('/enter')).text);
  const startedAt = performance.now();
  const answer = await visitor.post('/enter', { ...proof, code, passphrase: 'a wrong one' });
  const ms = performance.now() - startedAt;
  const headers = [...answer.headers.entries()]
    .filter(([name]) => name !== 'content-security-policy') // Its nonce is new each time.
    .map((pair) => pair.join(': '));
  const said = [answer.status, ...headers, answer.bytes, masked(answer.text)].join('\n');
  return { known, ms, said: said.replace(/[0-9a-f-]{36}/g, 'id') };
}

async function measure(
  app: FamilyWorld['app'],
  { count, everyMs }: { readonly count: number; readonly everyMs: number },
): Promise<readonly Refusal[]> {
  const dice = seeded(2);
  const all: Promise<Refusal>[] = [];
  const inFlight = new Set<Promise<Refusal>>();
  const left = { known: count, unknown: count };
  while (left.known + left.unknown > 0) {
    const known = dice.below(left.known + left.unknown) < left.known;
    left[known ? 'known' : 'unknown'] -= 1;
    if (known) asked += 1;
    const one = refusal(app, known, known ? (codes[asked % codes.length] ?? '') : unknownCode());
    all.push(one);
    inFlight.add(one);
    void one.then(() => inFlight.delete(one));
    if (inFlight.size >= inFlightMax) await Promise.race(inFlight);
    if (everyMs === 0) await one;
    else await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return Promise.all(all);
}

const timesOf = (refusals: readonly Refusal[], known: boolean) =>
  refusals.filter((refusal) => refusal.known === known).map(({ ms }) => ms);

function areaOf(refusals: readonly Refusal[]): number {
  return areaUnderCurve(timesOf(refusals, true), timesOf(refusals, false));
}

describe('S-02 a refused sign-in', () => {
  it(
    'is the same for a known and an unknown code',
    async () => {
      const refusals = await measure(world.app, { count: each, everyMs: beginEveryMs });
      const area = areaOf(refusals);
      const middle = median(refusals.map(({ ms }) => ms)).toFixed(0);
      figure('S-02', `${each} + ${each} refusals: AUC ${area.toFixed(3)}, median ${middle} ms`);
      expect([...new Set(refusals.map(({ said }) => said))]).toHaveLength(1);
      expect(Math.abs(area - 0.5)).toBeLessThanOrEqual(bound);
    },
    patienceMs(120_000),
  );

  it(
    'would tell them apart if it were answered at once (negative control)',
    async () => {
      const app = familyApp({ ...world.options, refusalStepMs: 0 });
      const area = areaOf(await measure(app, { count: controls, everyMs: 0 }));
      figure('S-02', `control, answered at once: AUC ${area.toFixed(3)}`);
      expect(Math.abs(area - 0.5)).toBeGreaterThan(boundFor(controls));
    },
    patienceMs(60_000),
  );

  it('is the same where a first passphrase is set for a code that has one, or that nobody has', async () => {
    const [known = ''] = codes;
    const said = [];
    for (const code of [known, unknownCode()]) {
      const visitor = world.visitor();
      const proof = sealOf((await visitor.get('/enter')).text);
      const chosen = { passphrase: 'a new passphrase', passphraseAgain: 'a new passphrase' };
      const answer = await visitor.post('/ask/passphrase', { ...proof, code, ...chosen });
      said.push([answer.status, answer.headers.get('location'), answer.text].join(' '));
    }
    expect(new Set(said).size).toBe(1);
    expect(said[0]).toContain('303 /en/enter');
  });
});
