import { randomBytes } from 'node:crypto';
import { idFromBytes } from '../../src/kernel/ids.ts';
import { codeFromSeed } from '../../src/registry/enquiries/file-code.ts';
import { sha256 } from '../../src/vault/random.ts';
import { type Answer, type Door, insist, Unanswered } from './door.ts';
import type { Filing, Ledger } from './ledger.ts';

/** Where families reach the site: behind TLS, as in production, each from an address of its own. */
export const familyOrigin = 'https://families.invalid';
const passphrase = 'four words for me';

type Boxes = Readonly<Record<string, string>>;
const sendingsMax = 20;
let addresses = 0;

/** A family's browser. It repeats an unchanged form until an answer decides. */
export class Family {
  readonly #door: Door;
  readonly #ledger: Ledger;
  readonly #address: string;
  #cookie = '';

  constructor(door: Door, ledger: Ledger) {
    this.#door = door;
    this.#ledger = ledger;
    addresses += 1;
    this.#address = `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`;
  }

  /** Files, keeps the code, chooses the passphrase. Null if the filing was refused. */
  async file(surname: string, waitMs?: number): Promise<Filing | null> {
    const page = await insist(() => this.send('/uk/ask', {}, waitMs));
    const seed = boxOf(page.text, 'seed');
    const commandId = boxOf(page.text, 'commandId');
    const fileCode = codeFromSeed(seed);
    const enquiryId: string = idFromBytes(sha256(`enquiry|${commandId}|${seed}`).subarray(0, 16));
    const filing = { enquiryId, fileCode, acknowledged: false, open: false };
    this.#ledger.filings.set(enquiryId, filing);
    const boxes = { ...filled(surname), seed, looked: 'yes' };
    const receipt = await this.#sendForm('/uk/ask', { boxes, page: page.text, waitMs });
    const printed = /name="code" value="([^"]*)"/.exec(receipt.text)?.[1];
    if (receipt.code !== 200 || printed?.replaceAll('-', '') !== fileCode) {
      this.#ledger.strange(`a filing was answered ${receipt.code}`);
      if (receipt.code !== 200) this.#ledger.filings.delete(enquiryId);
      return null;
    }
    filing.acknowledged = true;
    const chosen = { code: printed, passphrase, passphraseAgain: passphrase };
    const opened = await this.#sendForm('/uk/ask/passphrase', {
      boxes: chosen,
      page: receipt.text,
    });
    if (opened.code !== 303) {
      this.#ledger.strange(`a passphrase was answered ${opened.code}`);
      return null;
    }
    filing.open = true;
    // Sent twice if the first answer was lost: then the site asks to sign in with it.
    if (opened.headers.get('location')?.includes('/enter')) await this.signIn(filing);
    return filing;
  }

  /** Signs in with code and passphrase; false if the family is refused. */
  async signIn(filing: Filing, waitMs?: number): Promise<boolean> {
    const page = await insist(() => this.send('/uk/enter', {}, waitMs));
    const boxes = { code: filing.fileCode, passphrase };
    const entered = await this.#sendForm('/uk/enter', { boxes, page: page.text, waitMs });
    const isIn = entered.code === 303 && !entered.headers.get('location')?.includes('/enter');
    if (isIn) this.#ledger.signIns += 1;
    return isIn;
  }

  async readOwn(): Promise<Answer> {
    return insist(() => this.send('/uk/own'));
  }

  /** One message to the desk. */
  async write(filing: Filing, text: string): Promise<void> {
    const page = await this.readOwn();
    if (page.code !== 200) return this.#ledger.strange(`an own page was answered ${page.code}`);
    const ticket = this.#ledger.begin('thread', filing.enquiryId);
    const sent = await this.#sendForm('/uk/own/thread', { boxes: { text }, page: page.text });
    if (sent.code === 303 && sent.headers.get('location')?.includes('saved')) {
      ticket.acknowledged();
    } else {
      ticket.refused();
      this.#ledger.strange(`a message was answered ${sent.code}`);
    }
  }

  /** One document, about as large as a photograph of a certificate. */
  async addPaper(filing: Filing, bytes: number): Promise<void> {
    const page = await insist(() => this.send('/uk/own/paper'));
    if (page.code !== 200) return this.#ledger.strange(`a form was answered ${page.code}`);
    const paper = Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(bytes)]);
    const ticket = this.#ledger.begin('paper', filing.enquiryId);
    const form = () => {
      const body = new FormData();
      for (const [name, value] of Object.entries(sealOf(page.text))) body.set(name, value);
      body.set('kind', 'birth');
      body.set('paper', new Blob([new Uint8Array(paper)], { type: 'application/pdf' }), 'a.pdf');
      return body;
    };
    const sent = await insist(() => this.send('/uk/own/paper', { method: 'POST', body: form() }));
    if (sent.code === 303 && sent.headers.get('location')?.includes('saved')) {
      ticket.acknowledged();
    } else {
      ticket.refused();
      this.#ledger.strange(`a document was answered ${sent.code}`);
    }
  }

  /**
   * Submits a form until it is accepted. A form that returns with a new token, as after a restart
   * of the site, is sent again under the same command id.
   */
  async #sendForm(
    path: string,
    form: { readonly boxes: Boxes; readonly page: string; readonly waitMs?: number | undefined },
  ): Promise<Answer> {
    let seal = sealOf(form.page);
    for (let sendings = 0; sendings < sendingsMax; sendings += 1) {
      const body = new URLSearchParams({ ...form.boxes, ...seal });
      const answer = await insist(() => this.send(path, { method: 'POST', body }, form.waitMs));
      // The sign-in shows an expired form again as a plain page.
      const isShownAgain = answer.code === 422 || (answer.code === 200 && path.endsWith('/enter'));
      if (!isShownAgain || !/name="token"/.test(answer.text)) return answer;
      seal = { ...seal, ...sealOf(answer.text) };
    }
    throw new Unanswered('A form comes back again and again.');
  }

  async send(path: string, init: RequestInit = {}, waitMs?: number): Promise<Answer | null> {
    const headers = new Headers(init.headers);
    headers.set('origin', familyOrigin);
    headers.set('x-forwarded-for', this.#address);
    if (this.#cookie) headers.set('cookie', this.#cookie);
    const wait = waitMs === undefined ? {} : { waitMs };
    const answer = await this.#door.ask(path, { ...init, headers, ...wait });
    const set = answer?.headers.get('set-cookie');
    if (set) this.#cookie = set.split(';')[0] ?? '';
    return answer;
  }
}

function filled(surname: string): Boxes {
  return {
    surname,
    given: 'Данило',
    patronymic: 'Остапович',
    sex: 'm',
    birth: '14.03.1994',
    enquirerName: `Олена ${surname}`,
    relationship: 'mother',
    phone: '+380000000000',
  };
}

function boxOf(text: string, name: string): string {
  const found = new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1];
  if (found === undefined) throw new Error(`A page has no hidden box ${name}.`);
  return found;
}

function sealOf(text: string): Boxes {
  const version = /name="version" value="(\d+)"/.exec(text)?.[1];
  const seal = { commandId: boxOf(text, 'commandId'), token: boxOf(text, 'token') };
  return version === undefined ? seal : { ...seal, version };
}
