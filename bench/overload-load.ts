import { createHash } from 'node:crypto';
import { hidden, masked, sealOf } from '../test/family-site.ts';
import { type Answer, type DeskClient, FamilyClient } from '../test/safety/support/clients.ts';

export type Kind = 'page' | 'own' | 'filing' | 'desk';

/** The clients: strangers, families with a session, and a colleague. */
export interface Visitors {
  readonly familyUrl: string;
  readonly origin: string;
  readonly desk: DeskClient;
  readonly families: readonly FamilyClient[];
}

/** The results of one run. A filing counts once, and is served when it is acknowledged. */
export interface Arrivals {
  readonly asked: number;
  readonly served: number;
  readonly codes: ReadonlyMap<string, number>;
  readonly p95: number;
  readonly refusedP95: number;
  /** The different forms of 503 by site, without ids and nonces. */
  readonly refusals: ReadonlyMap<string, ReadonlySet<string>>;
}

/** In this order, repeatedly: half of all requests are public pages. */
const mix: readonly Kind[] = [
  'page',
  'own',
  'page',
  'filing',
  'page',
  'desk',
  'page',
  'own',
  'page',
  'filing',
];
/** The benchmark itself is bounded: beyond this a request counts as never answered. */
const underWayMax = 6_000;
const tickMs = 20;

interface Tally {
  asked: number;
  served: number;
  readonly codes: Map<string, number>;
  readonly times: number[];
  readonly refusedTimes: number[];
  readonly refusals: Map<string, Set<string>>;
}

/** Sends requests at a rate that does not wait for answers. */
export class LoadSource {
  readonly #visitors: Visitors;
  #count = 0;

  constructor(visitors: Visitors) {
    this.#visitors = visitors;
  }

  async arrive(run: { readonly perSecond: number; readonly seconds: number }): Promise<Arrivals> {
    const tally: Tally = {
      asked: 0,
      served: 0,
      codes: new Map(),
      times: [],
      refusedTimes: [],
      refusals: new Map(),
    };
    const underWay = new Set<Promise<void>>();
    const began = performance.now();
    for (;;) {
      const passed = (performance.now() - began) / 1_000;
      const due = Math.floor(Math.min(passed, run.seconds) * run.perSecond);
      for (; tally.asked < due; tally.asked += 1) {
        if (underWay.size >= underWayMax) {
          count(tally.codes, 'not sent');
          continue;
        }
        const one = this.#send(tally).finally(() => underWay.delete(one));
        underWay.add(one);
      }
      if (passed >= run.seconds) break;
      await new Promise((resolve) => setTimeout(resolve, tickMs));
    }
    await Promise.all(underWay);
    const { asked, served, codes, refusals } = tally;
    return {
      asked,
      served,
      codes,
      refusals,
      p95: p95(tally.times),
      refusedP95: p95(tally.refusedTimes),
    };
  }

  /** One request of the kind; returns the status, or `cut` without an answer. */
  async once(kind: Kind): Promise<string> {
    return (await this.#ask(kind)).code;
  }

  async #send(tally: Tally): Promise<void> {
    const kind = mix[this.#count % mix.length] ?? 'page';
    const began = performance.now();
    const { code, refusal } = await this.#ask(kind);
    const took = performance.now() - began;
    count(tally.codes, code);
    if (code === '200') {
      tally.served += 1;
      tally.times.push(took);
    }
    if (refusal === null) return;
    tally.refusedTimes.push(took);
    const site = kind === 'desk' ? 'the desk' : 'the family site';
    const forms = tally.refusals.get(site) ?? new Set();
    tally.refusals.set(site, forms.add(refusal));
  }

  async #ask(kind: Kind): Promise<{ readonly code: string; readonly refusal: string | null }> {
    this.#count += 1;
    try {
      const answer = await this.#answerTo(kind);
      const refusal = answer.status === 503 ? formOf(answer) : null;
      return { code: String(answer.status), refusal };
    } catch (error) {
      const cause = error instanceof Error ? error.cause : null;
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
      return { code: `cut ${code}`, refusal: null };
    }
  }

  #answerTo(kind: Kind): Promise<Answer> {
    const { desk, families } = this.#visitors;
    switch (kind) {
      case 'page':
        return this.#stranger().get('/uk/');
      case 'own':
        return families[this.#count % families.length]?.get('/uk/own') ?? Promise.reject();
      case 'filing':
        return file(this.#stranger());
      case 'desk':
        return desk.get('/queues', 'tracing');
    }
  }

  /** Each from an address of its own, as in a distributed flood. */
  #stranger(): FamilyClient {
    const at = this.#count;
    const address = `203.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`;
    return new FamilyClient(this.#visitors.familyUrl, this.#visitors.origin, address);
  }
}

async function file(stranger: FamilyClient): Promise<Answer> {
  const form = await stranger.get('/uk/ask');
  if (form.status !== 200) return form;
  return stranger.post('/uk/ask', {
    ...sealOf(form.text),
    seed: hidden(form.text, 'seed'),
    looked: 'yes',
    surname: 'Вигаданенко',
    enquirerName: 'Олена Вигаданенко',
    relationship: 'mother',
  });
}

/** Digest of everything in a refusal that must be the same for all clients. */
function formOf(answer: Answer): string {
  const headers = [...answer.headers].filter(
    ([name]) => !/^(date|connection|keep-alive)$/.test(name),
  );
  const text = JSON.stringify(
    headers.map(([name, value]) => [name, value.replace(/nonce-[^']+/g, 'n')]),
  );
  const body = masked(answer.text).replace(/"requestId":"[^"]*"/, '');
  return createHash('sha256').update(`${text}${body}`).digest('hex');
}

function count(codes: Map<string, number>, code: string): void {
  codes.set(code, (codes.get(code) ?? 0) + 1);
}

export function median(times: readonly number[]): number {
  return sorted(times)[Math.floor(times.length / 2)] ?? 0;
}

function p95(times: readonly number[]): number {
  return sorted(times)[Math.floor(times.length * 0.95)] ?? 0;
}

function sorted(times: readonly number[]): readonly number[] {
  return [...times].sort((one, other) => one - other);
}
