import type { Hono } from 'hono';
import { renewIntakeKey } from '../src/broker/intake-keys.ts';
import { KeyRing } from '../src/broker/key-ring.ts';
import { makeNodeKeys } from '../src/broker/node-keys.ts';
import type { SiteEnv } from '../src/family/site.ts';
import { type FamilySiteOptions, familyApp } from '../src/http/family.ts';
import { Bureau, now } from './bureau.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';

export const origin = 'http://localhost:8080';
export const passphrase = 'four words for me';

/** The family site over a real database and broker, with an adjustable clock. */
export class FamilyWorld {
  readonly failures: unknown[] = [];
  readonly test: TestDatabase;
  readonly bureau: Bureau;
  readonly options: FamilySiteOptions;
  readonly app: Hono<SiteEnv>;
  now = now;

  private constructor(test: TestDatabase, bureau: Bureau, options: Partial<FamilySiteOptions>) {
    this.test = test;
    this.bureau = bureau;
    this.options = {
      db: test.as('homeward_family'),
      broker: bureau.broker(),
      officeId: bureau.officeId,
      clock: () => this.now,
      origin,
      trial: true,
      withRtl: true,
      passkeyScript: '/* keys */',
      toldNotices: async () => [],
      onFailure: ({ error }) => this.failures.push(error),
      filingsPerHour: 100_000,
      triesPerMinute: 100_000,
      refusalStepMs: 0,
      ...options,
    };
    this.app = familyApp(this.options);
  }

  static async open(options: Partial<FamilySiteOptions> = {}): Promise<FamilyWorld> {
    const test = await cloneDatabase();
    const { keystore } = test;
    const bureau = new Bureau(test, await makeNodeKeys(keystore, now));
    await bureau.open();
    const ring = new KeyRing(keystore);
    ring.unlock(bureau.kek);
    await renewIntakeKey({ db: test.as('homeward_broker'), keystore, ring, clock: () => now });
    return new FamilyWorld(test, bureau, options);
  }

  visitor(locale = 'en'): Visitor {
    return new Visitor(this.app, locale, this.options.origin);
  }

  /** Files an enquiry and opens its file; the visitor holds the session. */
  async filed(boxes: Boxes = {}, locale = 'en'): Promise<{ visitor: Visitor; code: string }> {
    const visitor = this.visitor(locale);
    const receipt = await visitor.fill('/ask', { ...little, ...boxes });
    const code = hidden(receipt.text, 'code');
    const chosen = { code, passphrase, passphraseAgain: passphrase };
    await visitor.post('/ask/passphrase', { ...sealOf(receipt.text), ...chosen });
    return { visitor, code };
  }
}

export type Boxes = Readonly<Record<string, string>>;

/** As little as a family may know. */
export const little: Boxes = {
  surname: 'Вигаданенко',
  enquirerName: 'Олена Вигаданенко',
  relationship: 'mother',
};

export type Answer = Pick<Response, 'status' | 'headers'> & {
  readonly text: string;
  readonly bytes: number;
};

/** A browser without scripts: stores the cookie and sends back what a form contained. */
export class Visitor {
  readonly #app: Hono<SiteEnv>;
  readonly #locale: string;
  readonly #origin: string;
  cookie = '';

  constructor(app: Hono<SiteEnv>, locale: string, from: string) {
    this.#app = app;
    this.#locale = locale;
    this.#origin = from;
  }

  get(path: string, headers: Boxes = {}): Promise<Answer> {
    return this.send(path, { headers });
  }

  post(path: string, boxes: Boxes, headers: Boxes = {}): Promise<Answer> {
    const body = new URLSearchParams(boxes).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.send(path, {
      method: 'POST',
      body,
      headers: { ...type, origin: this.#origin, ...headers },
    });
  }

  /** Opens the page of a form and submits it filled to its address. */
  async fill(page: string, boxes: Boxes, to = page): Promise<Answer> {
    const { text } = await this.get(page);
    const seed = /name="seed"/.test(text) ? { seed: hidden(text, 'seed') } : {};
    return this.post(to, { ...sealOf(text), ...seed, ...boxes });
  }

  async send(path: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (this.cookie) headers.set('cookie', this.cookie);
    const at = path.startsWith('//') ? path.slice(1) : `/${this.#locale}${path}`;
    const answer = await this.#app.request(at, { ...init, headers });
    const set = answer.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0] ?? '';
    const body = Buffer.from(await answer.arrayBuffer());
    return {
      status: answer.status,
      headers: answer.headers,
      text: body.toString('utf8'),
      bytes: body.length,
    };
  }
}

/** The first hidden field of the given name. */
export function hidden(text: string, name: string): string {
  const found = new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1];
  if (found === undefined) throw new Error(`no hidden box ${name}`);
  return found;
}

export function sealOf(text: string): Boxes {
  const version = /name="version" value="(\d+)"/.exec(text)?.[1];
  const seal = { commandId: hidden(text, 'commandId'), token: hidden(text, 'token') };
  return version === undefined ? seal : { ...seal, version };
}

/** A page without the values that are new in every answer: tokens, command ids, codes, nonce. */
export function masked(text: string): string {
  return text
    .replace(/nonce="[^"]*"/g, 'nonce')
    .replace(/name="(commandId|token|seed|code)" value="[^"]*"/g, 'name="$1"')
    .replace(/data-(token|command)="[^"]*"/g, 'data-$1')
    .replace(/(<p class="code">).*?(<\/p>)/g, '$1$2')
    .replace(/(id="code" [^>]*value=")[^"]*/g, '$1');
}
