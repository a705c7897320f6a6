import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localMatcher } from '../../../src/broker/matcher-local.ts';
import { inventedPerson } from '../../../src/demo/people.ts';
import type { SiteEnv } from '../../../src/family/site.ts';
import type { Description } from '../../../src/kernel/description.ts';
import { type Installation, startInstallation } from '../../e2e/installation.ts';
import { FamilyWorld, origin } from '../../family-site.ts';
import { areaUnderCurve, boundFor, median } from '../support/area.ts';
import { DeskClient, FamilyClient } from '../support/clients.ts';
import { type Browser, type Filing, type Observed, observe } from '../support/filing-oracle.ts';
import { figure, isLong, long, patienceMs } from '../support/length.ts';
import { familyOrigin } from '../support/loading.ts';

/**
 * S-01 and S-01b: filing does not reveal whether the person is known, by the answer, its size, its
 * time, or the time of the next requests. A real installation, unlocked, with records loaded and
 * matching in progress (ruling 28).
 */
const each = long(250, 5_000);
const loaded = long(1_500, 40_000);
/**
 * The specification's own bound in the long form; an equivalent number of standard errors in the
 * short.
 */
const bound = long(boundFor(250), 0.02);
const controlled = 150;

const nameOf = (number: number) => {
  const { surname, given, patronymic } = inventedPerson(number).uk;
  return { surname, given, patronymic, full: `${surname} ${given} ${patronymic}` };
};
const listOf = (first: number, count: number) =>
  ['ПІБ', ...Array.from({ length: count }, (_, at) => nameOf(first + at).full)].join('\n');

const times = (filings: readonly Filing[], what: 'ms' | 'nextMs' | 'afterMs') =>
  filings.map((filing) => filing[what]);

function areas({ known, unknown }: Observed) {
  const of = (what: 'ms' | 'nextMs' | 'afterMs') =>
    areaUnderCurve(times(known, what), times(unknown, what));
  return { own: of('ms'), next: of('nextMs'), after: of('afterMs') };
}

const shown = ({ own, next, after }: ReturnType<typeof areas>) =>
  `AUC own ${own.toFixed(3)}, next ${next.toFixed(3)}, after ${after.toFixed(3)}`;

describe('S-01 a filing', () => {
  let node: Installation;
  let seen: Observed;
  beforeAll(async () => {
    node = await startInstallation(['--empty'], { HOMEWARD_FAMILY_ORIGIN: familyOrigin });
    const daria = await DeskClient.signIn(node.deskUrl, node.trialCode, 'Daria');
    for (let first = 0; first < loaded; first += 10_000) {
      const text = listOf(first, Math.min(10_000, loaded - first));
      await daria.importList({ text, fileName: 'list.csv', sender: `Bureau ${first}` });
    }
    // Lists continue to arrive, and are matched on arrival, while families file.
    const over = { yet: false };
    const busy = keepBringing(node, over);
    seen = await observe((turn) => browserAt(node, turn), each);
    over.yet = true;
    await busy;
  }, patienceMs(180_000));
  afterAll(() => node?.stop());

  it('takes as long for a person who is known, and so does whatever is asked next', () => {
    const found = areas(seen);
    const middle = median(times(seen.known, 'ms'));
    figure(
      'S-01',
      `${each} + ${each} over ${loaded} records: ${shown(found)} (bound ${bound.toFixed(3)}), ` +
        `median ${middle.toFixed(1)} ms`,
    );
    for (const area of Object.values(found)) {
      expect(Math.abs(area - 0.5)).toBeLessThanOrEqual(bound);
    }
  });

  it('is answered in the same size, headers and words, in every language', () => {
    figure('S-01', `${2 * each} answers in three languages: ${seen.differing} differ`);
    expect(seen.differing).toBe(0);
  });
});

/** A phone at an address of its own, so that no rate limit applies. */
function browserAt(node: Installation, turn: number): Browser {
  const address = `10.${turn >> 16}.${(turn >> 8) & 255}.${turn & 255}`;
  return new FamilyClient(node.familyUrl, familyOrigin, address);
}

async function keepBringing(node: Installation, over: { yet: boolean }): Promise<void> {
  const vera = await DeskClient.signIn(node.deskUrl, node.trialCode, 'Vera');
  for (let list = 0; !over.yet; list += 1) {
    const text = listOf(100_000 + list * 400, 400);
    await vera.importList({ text, fileName: 'list.csv', sender: `Sender ${list}` });
    await new Promise((resolve) => setTimeout(resolve, isLong ? 2_000 : 500));
  }
}

/** The flag of the controls: where a person is looked up, if anywhere. */
type LookUp = 'nowhere' | 'inline' | 'afterwards';

describe('S-01 the controls', () => {
  let world: FamilyWorld;
  const matcher = localMatcher();
  const idOf = new Map<string, string>();
  beforeAll(async () => {
    world = await FamilyWorld.open();
    for (let number = 0; number < controlled; number += 1) {
      const { full } = nameOf(number);
      const id = await world.bureau.record(full);
      idOf.set(full, id);
      await matcher.add([{ id, description: { names: [{ full }] } }]);
    }
  }, patienceMs(60_000));
  afterAll(() => world?.test.drop());

  /** The site as it is, with the product's own matcher and broker where they must never be. */
  function siteWith(lookUp: LookUp): Hono<SiteEnv> {
    const site = new Hono<SiteEnv>();
    site.all('*', async (c) => {
      const request = c.req.raw;
      const text = request.method === 'POST' ? await request.clone().text() : '';
      const boxes = new URLSearchParams(text);
      const isFiling = boxes.has('surname');
      if (isFiling && lookUp === 'inline') await find(boxes);
      const answer = await world.app.fetch(request);
      if (isFiling && lookUp === 'afterwards') setImmediate(() => void find(boxes));
      return answer;
    });
    return site;
  }

  /** Searches for the person and opens the likely ones, as a matching run does. */
  async function find(boxes: URLSearchParams): Promise<void> {
    const full = ['surname', 'given', 'patronymic'].map((name) => boxes.get(name)).join(' ');
    const description: Description = { names: [{ full }] };
    const found = await matcher.find(description, { top: 20 });
    const likely = found.filter(({ probability }) => probability > 0.1).map(({ id }) => id);
    if (likely.length === 0) return;
    const wide = { recordsPerPersonHour: 1e6, recordsPerOfficeHour: 1e6, recordsPerNodeHour: 1e6 };
    const broker = world.bureau.broker(wide);
    for (const id of likely) await broker.open(world.bureau.asDaria([id]));
  }

  function browserOver(site: Hono<SiteEnv>): Browser {
    const send = async (path: string, init: RequestInit) => {
      // A request arrives through the event loop and waits its turn there, as over a network.
      await new Promise((resolve) => setImmediate(resolve));
      const answer = await site.request(path, init);
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    };
    const type = { 'content-type': 'application/x-www-form-urlencoded', origin };
    return {
      get: (path) => send(path, {}),
      post: (path, boxes) =>
        send(path, { method: 'POST', body: new URLSearchParams(boxes).toString(), headers: type }),
    };
  }

  const observed = async (lookUp: LookUp) => {
    const found = areas(await observe(() => browserOver(siteWith(lookUp)), controlled));
    figure('S-01', `look-up ${lookUp}, ${controlled} + ${controlled}: ${shown(found)}`);
    return found;
  };

  it(
    'a look-up inline is seen by the time of the filing itself',
    async () => {
      expect((await observed('inline')).own).toBeGreaterThanOrEqual(0.58);
    },
    patienceMs(90_000),
  );

  it(
    'a look-up afterwards on the same loop is seen by the next request',
    async () => {
      expect((await observed('afterwards')).next).toBeGreaterThan(0.5 + boundFor(controlled));
    },
    patienceMs(90_000),
  );

  it(
    'the same site without a look-up shows nothing: the flag alone makes the difference',
    async () => {
      const { own, next } = await observed('nowhere');
      expect(Math.abs(own - 0.5)).toBeLessThanOrEqual(boundFor(controlled));
      expect(Math.abs(next - 0.5)).toBeLessThanOrEqual(boundFor(controlled));
    },
    patienceMs(90_000),
  );
});
