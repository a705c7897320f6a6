import { randomUUID } from 'node:crypto';
import { hidden, sealOf } from '../../family-site.ts';

/**
 * Clients of a real installation: what a browser would send, over the loopback, and nothing else.
 */
export type Answer = Pick<Response, 'status' | 'headers'> & { readonly text: string };

export const passphrase = 'four words for me';

/** A colleague at the desk's API. */
export class DeskClient {
  readonly #url: string;
  #cookie = '';

  private constructor(url: string) {
    this.#url = url;
  }

  /** Signs in as one of the invented colleagues of a trial. */
  static async signIn(url: string, code: string, name: string): Promise<DeskClient> {
    const desk = new DeskClient(url);
    const shown = await desk.post('/trial-people', { code });
    const { people } = JSON.parse(shown.text) as { people: { staffId: string; name: string }[] };
    const staffId = people.find((person) => person.name === name)?.staffId;
    const entered = await desk.post('/trial-sign-in', { code, staffId });
    if (entered.status !== 204) throw new Error(`${name} cannot sign in: ${entered.status}`);
    return desk;
  }

  get(path: string, purpose: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(path, { headers: { 'x-purpose': purpose, ...headers } });
  }

  /** A command with an id of its own unless the body brings one. */
  post(
    path: string,
    body: object,
    asked: { purpose?: string; enquiryId?: string; version?: number } = {},
  ) {
    return this.send(path, {
      method: 'POST',
      body: JSON.stringify({ commandId: randomUUID(), ...body }),
      headers: {
        'content-type': 'application/json',
        ...(asked.purpose ? { 'x-purpose': asked.purpose } : {}),
        ...(asked.enquiryId ? { 'x-enquiry': asked.enquiryId } : {}),
        ...(asked.version === undefined ? {} : { 'if-match': `"${asked.version}"` }),
      },
    });
  }

  /** The headers of this colleague's requests, for clients that write their own. */
  headersFor(purpose: string): Record<string, string> {
    return { origin: this.#url, cookie: this.#cookie, 'x-purpose': purpose };
  }

  async send(path: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers);
    headers.set('origin', this.#url);
    if (this.#cookie) headers.set('cookie', this.#cookie);
    const answer = await fetch(`${this.#url}/api${path}`, { ...init, headers });
    const set = answer.headers.get('set-cookie');
    if (set) this.#cookie = set.split(';')[0] ?? '';
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  /** Uploads a list and imports it; returns its id. */
  async importList(list: {
    readonly text: string;
    readonly fileName: string;
    readonly sender: string;
    /** The content of the columns, if the person at the desk sets it. */
    readonly fields?: readonly string[];
  }): Promise<string> {
    const form = new FormData();
    form.set('kind', 'official_list');
    form.set('reliability', 'B2');
    form.set('senderLabel', list.sender);
    form.set('side', 'held');
    form.set('language', 'uk');
    form.set('file', new Blob([list.text], { type: 'text/csv' }), list.fileName);
    const brought = await this.send('/imports', {
      method: 'POST',
      body: form,
      headers: { 'x-purpose': 'import' },
    });
    const { importId } = JSON.parse(brought.text) as { importId: string };
    const looked = await this.#importUntil(importId, ['inspected']);
    const columns = looked.mapping.columns.map(({ index, field }) => ({
      index,
      field: list.fields ? (list.fields[index] ?? null) : field,
    }));
    const started = await this.post(
      `/imports/${importId}/start`,
      { mapping: { columns }, saveForSender: true },
      { purpose: 'import', version: looked.version },
    );
    if (started.status !== 200) throw new Error(`The list did not start: ${started.text}`);
    await this.#importUntil(importId, ['done']);
    return importId;
  }

  async #importUntil(importId: string, states: readonly string[]) {
    for (let waited = 0; waited < 300_000; waited += 150) {
      const { text } = await this.get(`/imports/${importId}`, 'import');
      const list = JSON.parse(text) as {
        state: string;
        version: number;
        mapping: { columns: { index: number; field: string | null }[] };
      };
      if (states.includes(list.state)) return list;
      if (list.state === 'refused') throw new Error(`The list was refused: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    throw new Error('The list did not come through.');
  }
}

export type Boxes = Readonly<Record<string, string>>;

/** A family with its own phone and its own address. */
export class FamilyClient {
  readonly #url: string;
  readonly #origin: string;
  readonly #address: string;
  cookie = '';

  constructor(url: string, origin: string, address: string) {
    this.#url = url;
    this.#origin = origin;
    this.#address = address;
  }

  get(path: string): Promise<Answer> {
    return this.send(path, {});
  }

  post(path: string, boxes: Boxes): Promise<Answer> {
    return this.send(path, { method: 'POST', body: new URLSearchParams(boxes) });
  }

  /** Opens the page of a form and submits it filled. */
  async fill(page: string, boxes: Boxes, to = page): Promise<Answer> {
    const { text } = await this.get(page);
    const seed = /name="seed"/.test(text) ? { seed: hidden(text, 'seed') } : {};
    return this.post(to, { ...sealOf(text), ...seed, ...boxes });
  }

  /** Files, chooses the passphrase, and holds the session. */
  async ask(boxes: Boxes): Promise<string> {
    const receipt = await this.fill('/uk/ask', { looked: 'yes', ...boxes });
    const code = hidden(receipt.text, 'code');
    const chosen = { code, passphrase, passphraseAgain: passphrase };
    await this.post('/uk/ask/passphrase', { ...sealOf(receipt.text), ...chosen });
    return code;
  }

  async sendPaper(bytes: Uint8Array<ArrayBuffer>, fileName: string): Promise<Answer> {
    const { text } = await this.get('/uk/own/paper');
    const form = new FormData();
    for (const [name, value] of Object.entries(sealOf(text))) form.set(name, value);
    form.set('kind', 'birth');
    form.set('paper', new Blob([bytes], { type: 'application/pdf' }), fileName);
    return this.send('/uk/own/paper', { method: 'POST', body: form });
  }

  async send(path: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers);
    headers.set('origin', this.#origin);
    headers.set('x-forwarded-for', this.#address);
    if (this.cookie) headers.set('cookie', this.cookie);
    const answer = await fetch(`${this.#url}${path}`, { ...init, headers, redirect: 'manual' });
    const set = answer.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0] ?? '';
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }
}
