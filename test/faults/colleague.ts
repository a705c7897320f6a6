import { randomUUID } from 'node:crypto';
import { type Answer, type Door, insist, pause } from './door.ts';
import type { Ledger } from './ledger.ts';

export interface Command {
  readonly path: string;
  readonly body: object;
  readonly purpose: string;
  readonly version?: number;
  readonly waitMs?: number;
}

const triesMax = 8;
const followMax = 1_200;

/** A colleague at the desk. Repeats a command, under the same id, until an answer decides. */
export class Colleague {
  readonly name: string;
  readonly #door: Door;
  readonly #ledger: Ledger;
  readonly #trialCode: string;
  #cookie = '';

  constructor(at: { door: Door; ledger: Ledger; trialCode: string }, name: string) {
    this.name = name;
    this.#door = at.door;
    this.#ledger = at.ledger;
    this.#trialCode = at.trialCode;
  }

  async signIn(): Promise<void> {
    const code = this.#trialCode;
    const shown = await insist(() => this.#post('/trial-people', { code }));
    const { people } = JSON.parse(shown.text) as { people: { staffId: string; name: string }[] };
    const staffId = people.find((person) => person.name === this.name)?.staffId;
    const entered = await insist(() => this.#post('/trial-sign-in', { code, staffId }));
    if (entered.code !== 204) this.#ledger.strange(`a colleague was answered ${entered.code}`);
    else this.#ledger.signIns += 1;
  }

  async signOut(): Promise<void> {
    await insist(() => this.#post('/sign-out', {}));
    this.#cookie = '';
  }

  /** Reads until an answer decides; signs in again if the session has ended. */
  read(path: string, purpose: string, waitMs?: number): Promise<Answer> {
    return this.#asked(() => this.#send(path, { headers: { 'x-purpose': purpose } }, waitMs));
  }

  /** One command with one id, repeated as often as needed. */
  command(command: Command): Promise<Answer> {
    const body = { commandId: randomUUID(), ...command.body };
    const headers = {
      'x-purpose': command.purpose,
      ...(command.version === undefined ? {} : { 'if-match': `"${command.version}"` }),
    };
    return this.#asked(() => this.#post(command.path, body, { headers, waitMs: command.waitMs }));
  }

  async #asked(send: () => Promise<Answer | null>): Promise<Answer> {
    for (let tries = 0; ; tries += 1) {
      const answer = await insist(send);
      if (tries < triesMax && answer.code === 401) await this.signIn();
      else if (tries < triesMax && answer.text.includes('session.not_fresh')) {
        await insist(() => this.#post('/trial-step-up', { code: this.#trialCode }));
      } else return answer;
    }
  }

  /** Uploads a list, confirms its columns and follows it to its end; true when it is done. */
  async importList(list: { readonly text: string; readonly sender: string }): Promise<boolean> {
    const about = {
      kind: 'official_list',
      reliability: 'B2',
      senderLabel: list.sender,
      side: 'held',
      language: 'uk',
      commandId: randomUUID(),
    };
    const form = () => {
      const body = new FormData();
      for (const [name, value] of Object.entries(about)) body.set(name, value);
      body.set('file', new Blob([list.text], { type: 'text/csv' }), 'list.csv');
      return body;
    };
    const headers = { 'x-purpose': 'import' };
    const brought = await this.#asked(() =>
      this.#send('/imports', { method: 'POST', body: form(), headers }),
    );
    if (brought.code !== 200) {
      this.#ledger.strange(`a list was answered ${brought.code} ${codeOf(brought)}`);
      return false;
    }
    const { importId } = JSON.parse(brought.text) as { importId: string };
    const looked = await this.#follow(importId, ['inspected', 'waiting', 'running', 'done']);
    if (!looked) return false;
    const started = await this.command({
      path: `/imports/${importId}/start`,
      body: {
        mapping: {
          columns: looked.mapping.columns.map(({ index, field }) => ({ index, field })),
        },
        saveForSender: false,
      },
      purpose: 'import',
      version: looked.version,
    });
    if (started.code !== 200) {
      this.#ledger.strange(`a start was answered ${started.code} ${codeOf(started)}`);
      return false;
    }
    return (await this.#follow(importId, ['done'])) !== null;
  }

  async #follow(importId: string, states: readonly string[]) {
    for (let looks = 0; looks < followMax; looks += 1) {
      const { code, text } = await this.read(`/imports/${importId}`, 'import');
      if (code !== 200) {
        this.#ledger.strange(`an import was answered ${code}`);
        return null;
      }
      const list = JSON.parse(text) as {
        state: string;
        version: number;
        refusalCode?: string | null;
        mapping: { columns: { index: number; field: string | null }[] };
      };
      if (states.includes(list.state)) return list;
      if (list.state === 'refused' || list.state === 'cancelled') {
        this.#ledger.strange(`a list is ${list.state} ${list.refusalCode ?? ''}`);
        return null;
      }
      await pause(250);
    }
    this.#ledger.strange('a list does not come to its end');
    return null;
  }

  #post(path: string, body: object, more: { headers?: object; waitMs?: number | undefined } = {}) {
    const headers = { 'content-type': 'application/json', ...more.headers };
    const init = { method: 'POST', body: JSON.stringify(body), headers };
    return this.#send(path, init, more.waitMs);
  }

  async #send(path: string, init: RequestInit, waitMs?: number): Promise<Answer | null> {
    const headers = new Headers(init.headers);
    headers.set('origin', this.#door.url);
    if (this.#cookie) headers.set('cookie', this.#cookie);
    const wait = waitMs === undefined ? {} : { waitMs };
    const answer = await this.#door.ask(`/api${path}`, { ...init, headers, ...wait });
    const set = answer?.headers.get('set-cookie');
    if (set) this.#cookie = set.split(';')[0] ?? '';
    return answer;
  }
}

/** The stable code of a refusal. */
export function codeOf(answer: Answer): string {
  return /"code":"([a-z_.]+)"/.exec(answer.text)?.[1] ?? '';
}
