import { Colleague, codeOf } from './colleague.ts';
import { type Answer, type Door, pause, Unanswered } from './door.ts';
import { Family } from './family.ts';
import type { Filing, Ledger } from './ledger.ts';

export interface Around {
  readonly family: Door;
  readonly desk: Door;
  readonly trialCode: string;
  readonly ledger: Ledger;
  /** Faults that the load itself found. */
  readonly broken: string[];
}

const families = 3;
const waitingMax = 20;
const rowsOfList = 900;
const twins = 15;

/** A mixed load until it is stopped; everything acknowledged is in the ledger. */
export class Load {
  readonly #around: Around;
  #running = true;
  #names = 0;
  readonly #doing: Promise<void>[] = [];
  /** Families that wait for the desk to prove their identity. */
  readonly #waiting: { filing: Filing; family: Family }[] = [];
  #lastList: readonly string[] = [];

  constructor(around: Around) {
    this.#around = around;
  }

  start(): void {
    for (let at = 0; at < families; at += 1) this.#keep('family', () => this.#familyTurn(), 250);
    const [daria, andriy, vera] = ['Daria', 'Andriy', 'Vera'].map((name) => this.colleague(name));
    if (!daria || !andriy || !vera) throw new Error('three colleagues were named');
    this.#keep('desk', () => this.#deskTurn(daria, andriy), 300);
    this.#keep('judge', () => this.#judgeTurn(vera, andriy), 700);
    this.#keep('lists', () => this.#listTurn(vera), 2_000);
    this.#keep('sign-in', () => this.#signInTurn(), 1_500);
  }

  /** Lets all running requests finish. */
  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#doing);
  }

  colleague(name: string): Colleague {
    const { desk, ledger, trialCode } = this.#around;
    return new Colleague({ door: desk, ledger, trialCode }, name);
  }

  /** An invented surname that no other person in the run has. */
  surname(): string {
    this.#names += 1;
    const letters = 'абвгдежзіклмнопрстуфх';
    let tail = '';
    for (let rest = this.#names + 400; rest > 0; rest = Math.floor(rest / letters.length)) {
      tail += letters[rest % letters.length];
    }
    return `Вербогай${tail}енко`;
  }

  #keep(name: string, turn: () => Promise<void>, restMs: number): void {
    const keep = async () => {
      while (this.#running) {
        try {
          await turn();
        } catch (error) {
          if (!(error instanceof Unanswered)) throw error;
          this.#around.broken.push(`${name}: no answer decided within minutes`);
        }
        await pause(restMs);
      }
    };
    this.#doing.push(
      keep().catch((error: unknown) => {
        this.#around.broken.push(`${name} stopped: ${String(error)}`);
      }),
    );
  }

  async #familyTurn(): Promise<void> {
    const { family: door, ledger, broken } = this.#around;
    const family = new Family(door, ledger);
    const filing = await family.file(this.surname());
    if (!filing) return;
    await family.write(filing, `Чи є новини? ${this.#names}`);
    if (this.#names % 2 === 0) await family.addPaper(filing, 60_000);
    if (this.#names % 3 === 0) {
      const other = new Family(door, ledger);
      if (!(await other.signIn(filing))) broken.push('a family with a passphrase is turned away');
    }
    if (this.#waiting.length < waitingMax) this.#waiting.push({ filing, family });
  }

  /** Checks, a contact, a notice to its end; then the family reads its words. */
  async #deskTurn(daria: Colleague, andriy: Colleague): Promise<void> {
    const next = this.#waiting.shift();
    if (!next) return;
    const { enquiryId } = next.filing;
    if (!(await this.prove(daria, enquiryId))) return;
    await this.#counted('contact', daria, {
      path: `/enquiries/${enquiryId}/contact`,
      body: { kind: 'telephone', outcome: 'reached', note: 'нотатка', occurredAt: now() },
      purpose: 'tracing',
    });
    await this.#counted('thread', daria, {
      path: `/enquiries/${enquiryId}/thread`,
      body: { text: 'Шукаємо.' },
      purpose: 'tracing',
    });
    const words = `Слова ${enquiryId.slice(0, 8)}`;
    if (!(await this.#notify({ daria, andriy }, enquiryId, words))) return;
    const own = await next.family.readOwn();
    if (own.code === 200 && !own.text.includes(words)) {
      this.#around.broken.push(`told words are not on the page of ${enquiryId}`);
    }
  }

  /** Both checks; the filing is opened a moment after it arrived. */
  async prove(daria: Colleague, enquiryId: string): Promise<boolean> {
    let version = 1;
    for (const [kind, means] of [
      ['identity', 'passport_seen'],
      ['kinship', 'birth_certificate'],
    ] as const) {
      for (let tries = 0; ; tries += 1) {
        const answer = await this.#counted('check', daria, {
          path: `/enquiries/${enquiryId}/check`,
          body: { kind, outcome: 'proven', means, kinship: 'mother' },
          purpose: 'verification',
          version,
        });
        if (answer.code === 200) {
          version = (JSON.parse(answer.text) as { version: number }).version;
          break;
        }
        if (tries > 60) {
          this.#around.ledger.strange(`a check was answered ${answer.code} ${codeOf(answer)}`);
          return false;
        }
        await pause(500);
      }
    }
    return true;
  }

  async #notify(
    by: { readonly daria: Colleague; readonly andriy: Colleague },
    enquiryId: string,
    words: string,
  ): Promise<boolean> {
    const { ledger } = this.#around;
    const composed = await this.#counted('notice', by.daria, {
      path: `/enquiries/${enquiryId}/notices`,
      body: { cleared: ['search_goes_on'], text: words, grave: false },
      purpose: 'notice',
    });
    if (composed.code !== 200) return false;
    const { noticeId } = JSON.parse(composed.text) as { noticeId: string };
    ledger.notices.set(noticeId, { noticeId, enquiryId, step: 'draft' });
    let version = 1;
    for (const [step, who, then] of [
      ['submit', by.daria, 'awaiting_approval'],
      ['approve', by.andriy, 'approved'],
      ['tell', by.daria, 'told'],
    ] as const) {
      const answer = await who.command({
        path: `/notices/${noticeId}/${step}`,
        body: step === 'tell' ? { how: 'telephone', at: now() } : {},
        purpose: 'notice',
        version,
      });
      if (answer.code !== 200) {
        ledger.strange(`${step} was answered ${answer.code} ${codeOf(answer)}`);
        return false;
      }
      version = (JSON.parse(answer.text) as { version: number }).version;
      ledger.notices.set(noticeId, { noticeId, enquiryId, step: then });
    }
    return true;
  }

  async #judgeTurn(vera: Colleague, andriy: Colleague): Promise<void> {
    const { ledger } = this.#around;
    const queue = await vera.read('/matches?state=proposed', 'tracing');
    if (queue.code !== 200) return ledger.strange(`a queue was answered ${queue.code}`);
    const { rows } = JSON.parse(queue.text) as { rows: { matchId: string; version: number }[] };
    const [match] = rows;
    if (!match) return;
    const path = `/matches/${match.matchId}`;
    const body = { answer: 'same' };
    const purpose = 'tracing';
    const { version: seen } = match;
    const first = await vera.command({ path: `${path}/judge`, body, purpose, version: seen });
    if (first.code !== 200) {
      return ledger.strange(`a judgement was answered ${first.code} ${codeOf(first)}`);
    }
    ledger.judged.add(match.matchId);
    const { version } = JSON.parse(first.text) as { version: number };
    ledger.confirming.add(match.matchId);
    const second = await andriy.command({ path: `${path}/confirm`, body: {}, purpose, version });
    if (second.code === 200) ledger.confirmed.add(match.matchId);
    else ledger.strange(`a confirmation was answered ${second.code} ${codeOf(second)}`);
  }

  /** A list; some of its people are on the list before it as well, so that matches are proposed. */
  async #listTurn(vera: Colleague): Promise<void> {
    const { ledger } = this.#around;
    const sender = `Bureau ${ledger.lists.size + 1}`;
    const fresh = Array.from({ length: rowsOfList - twins }, (_, at) => {
      const day = String(1 + (at % 28)).padStart(2, '0');
      return `${this.surname()};Андрій;Петрович;${day}.0${1 + (at % 9)}.${1960 + (at % 40)}`;
    });
    const rows = [...this.#lastList.slice(0, twins), ...fresh];
    this.#lastList = fresh;
    const list = { sender, rows: rows.length, done: false };
    ledger.lists.set(sender, list);
    const text = ['Прізвище;Імя;По батькові;Дата народження', ...rows].join('\n');
    if (await vera.importList({ text, sender })) list.done = true;
    else this.#around.broken.push(`the list of ${sender} did not come through`);
  }

  async #signInTurn(): Promise<void> {
    const maksym = this.colleague('Maksym');
    await maksym.signIn();
    await maksym.signOut();
  }

  async #counted(
    kind: 'thread' | 'check' | 'contact' | 'notice',
    who: Colleague,
    command: Parameters<Colleague['command']>[0],
  ): Promise<Answer> {
    const enquiryId = command.path.split('/')[2] ?? '';
    const ticket = this.#around.ledger.begin(kind, enquiryId);
    const answer = await who.command(command);
    if (answer.code === 200) ticket.acknowledged();
    else ticket.refused();
    const { ledger } = this.#around;
    if (answer.code !== 200 && kind !== 'check') {
      ledger.strange(`${kind} was answered ${answer.code} ${codeOf(answer)}`);
    }
    return answer;
  }
}

function now(): string {
  return new Date().toISOString();
}
