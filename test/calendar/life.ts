import type { Colleague } from '../faults/colleague.ts';
import { type Door, pause } from '../faults/door.ts';
import { Family } from '../faults/family.ts';
import { type Filing, Ledger } from '../faults/ledger.ts';
import { Load } from '../faults/load.ts';
import { DeskClient } from '../safety/support/clients.ts';
import type { MovedClock } from './moved-clock.ts';

/** One filing of the run, and what people did with it. */
export interface Filed {
  readonly filing: Filing;
  readonly filedAt: Date;
  readonly surname: string;
  provenAt: Date | null;
}

interface LifeParts {
  readonly family: Door;
  readonly desk: Door;
  readonly trialCode: string;
  readonly clock: MovedClock;
}

const matchWithinMs = 20_000;
const queuePath = '/matches?state=proposed';

/** What people do on any day, through both sites. Every unexpected answer fails. */
export class Life {
  readonly filed: Filed[] = [];
  readonly failures: string[] = [];
  readonly counts = { filings: 0, familySignIns: 0, deskSignIns: 0, ended: 0, judged: 0, told: 0 };
  readonly #parts: LifeParts;
  readonly #ledger = new Ledger();
  readonly #load: Load;
  #before: { readonly family: Family; readonly daria: DeskClient } | null = null;

  constructor(parts: LifeParts) {
    this.#parts = parts;
    const { family, desk, trialCode } = parts;
    this.#load = new Load({ family, desk, trialCode, ledger: this.#ledger, broken: this.failures });
  }

  fail(what: string): void {
    this.failures.push(`${this.#parts.clock.now().toISOString().slice(0, 16)} ${what}`);
  }

  /** A filing, a returning family and a colleague; the sessions of the day before are over. */
  async day({ later }: { readonly later: boolean }): Promise<void> {
    if (later) await this.#meetEnded();
    const { family } = await this.file();
    await this.#comeBack();
    const { desk, trialCode } = this.#parts;
    const daria = await DeskClient.signIn(desk.url, trialCode, 'Daria');
    this.counts.deskSignIns += 1;
    const queue = await daria.get(queuePath, 'tracing');
    if (queue.status !== 200) this.fail(`a queue was answered ${queue.status}`);
    this.#before = { family, daria };
  }

  async file(): Promise<{ readonly family: Family; readonly filed: Filed }> {
    const family = new Family(this.#parts.family, this.#ledger);
    const surname = this.#load.surname();
    const filedAt = this.#parts.clock.now();
    const filing = await family.file(surname);
    if (!filing?.acknowledged) throw new Error(`${filedAt.toISOString()}: a filing was refused`);
    this.counts.filings += 1;
    const filed = { filing, filedAt, surname, provenAt: null };
    this.filed.push(filed);
    return { family, filed };
  }

  /** A family that filed within the last days signs in with code and passphrase. */
  async #comeBack(): Promise<void> {
    const [known] = this.filed.slice(-10);
    if (!known || this.#parts.clock.now().getTime() - known.filedAt.getTime() > 29 * 86_400_000) {
      return;
    }
    const family = new Family(this.#parts.family, this.#ledger);
    if (!(await family.signIn(known.filing))) return this.fail('a family cannot sign in');
    const own = await family.readOwn();
    if (own.code !== 200) return this.fail(`an own page was answered ${own.code}`);
    this.counts.familySignIns += 1;
  }

  /** Sessions of an earlier day have ended, at both sites. */
  async #meetEnded(): Promise<void> {
    if (!this.#before) return;
    const own = await this.#before.family.readOwn();
    const { status } = await this.#before.daria.get(queuePath, 'tracing');
    if (own.code === 200) this.fail('a session of a family lives on');
    if (status !== 401) this.fail(`a session of the desk was answered ${status}`);
    this.counts.ended += 1;
  }

  /** A family is proven, its person is on a list, two people judge, a notice is told. */
  async work(): Promise<void> {
    const { filed } = await this.file();
    const [daria, andriy] = ['Daria', 'Andriy'].map((name) => this.#load.colleague(name));
    if (!daria || !andriy) throw new Error('two were named');
    await daria.signIn();
    await andriy.signIn();
    const { enquiryId } = filed.filing;
    if (!(await this.#load.prove(daria, enquiryId))) return this.fail('a family was not proven');
    filed.provenAt = this.#parts.clock.now();
    const row = `${filed.surname};Данило;Остапович;14.03.1994`;
    const text = `Прізвище;Імя;По батькові;Дата народження\n${row}`;
    if (!(await daria.importList({ text, sender: `Bureau ${filed.surname}` }))) {
      return this.fail('a list did not come through');
    }
    await this.#judge(daria, andriy);
    await this.#tell(daria, andriy, enquiryId);
  }

  async #judge(daria: Colleague, andriy: Colleague): Promise<void> {
    const until = Date.now() + matchWithinMs;
    for (;;) {
      const queue = await daria.read(queuePath, 'tracing');
      const { rows } = JSON.parse(queue.text) as { rows: { matchId: string; version: number }[] };
      const [match] = rows;
      if (match) {
        const path = `/matches/${match.matchId}`;
        const purpose = 'tracing';
        const seen = match.version;
        const body = { answer: 'same' };
        const first = await daria.command({ path: `${path}/judge`, body, purpose, version: seen });
        if (first.code !== 200) return this.fail(`a judgement was answered ${first.code}`);
        const { version } = JSON.parse(first.text) as { version: number };
        const second = await andriy.command({
          path: `${path}/confirm`,
          body: {},
          purpose,
          version,
        });
        if (second.code !== 200) return this.fail(`a confirmation was answered ${second.code}`);
        this.counts.judged += 1;
        return;
      }
      if (Date.now() > until) return this.fail('no match was proposed');
      await pause(300);
    }
  }

  async #tell(daria: Colleague, andriy: Colleague, enquiryId: string): Promise<void> {
    const purpose = 'notice';
    const composed = await daria.command({
      path: `/enquiries/${enquiryId}/notices`,
      body: { cleared: ['search_goes_on'], text: 'Шукаємо далі.', grave: false },
      purpose,
    });
    if (composed.code !== 200) return this.fail(`a notice was answered ${composed.code}`);
    const { noticeId } = JSON.parse(composed.text) as { noticeId: string };
    let version = 1;
    for (const [step, who] of [
      ['submit', daria],
      ['approve', andriy],
      ['tell', daria],
    ] as const) {
      const at = this.#parts.clock.now().toISOString();
      const body = step === 'tell' ? { how: 'telephone', at } : {};
      const answer = await who.command({
        path: `/notices/${noticeId}/${step}`,
        body,
        purpose,
        version,
      });
      if (answer.code !== 200)
        return this.fail(`${step} was answered ${answer.code} ${answer.text}`);
      version = (JSON.parse(answer.text) as { version: number }).version;
    }
    this.counts.told += 1;
  }

  odd(): readonly string[] {
    return [...this.#ledger.odd.entries()].map(([what, count]) => `${count} × ${what}`);
  }
}
