import { hashToken, randomToken, sha256Hex } from '../vault/random.ts';

const sessionsMax = 5_000;
const hourMs = 3_600_000;

interface Searched {
  readonly hour: number;
  readonly digests: Set<string>;
}

/**
 * The names that each session searched for in this hour, so that a repeated name costs nothing.
 * Stored only in memory and as salted digests: the broker's memory does not reveal whom the desk
 * looks for.
 */
export class SearchedNames {
  readonly #salt = randomToken(16);
  readonly #bySession = new Map<string, Searched>();

  has(asked: { readonly session: string; readonly name: string; readonly now: Date }): boolean {
    return this.#of(asked)?.digests.has(this.#digest(asked.name)) ?? false;
  }

  add(asked: { readonly session: string; readonly name: string; readonly now: Date }): void {
    const key = keyOf(asked.session);
    const searched = this.#of(asked) ?? { hour: hourOf(asked.now), digests: new Set() };
    searched.digests.add(this.#digest(asked.name));
    this.#bySession.delete(key);
    this.#bySession.set(key, searched);
    // The session with the oldest search is dropped: it only pays again.
    const [oldest] = this.#bySession.keys();
    if (this.#bySession.size > sessionsMax && oldest) this.#bySession.delete(oldest);
  }

  #of({ session, now }: { readonly session: string; readonly now: Date }): Searched | undefined {
    const known = this.#bySession.get(keyOf(session));
    return known?.hour === hourOf(now) ? known : undefined;
  }

  /** One name is one name, whatever its spacing, order and case. */
  #digest(name: string): string {
    const words = name.normalize('NFC').toLowerCase().trim().split(/\s+/u);
    return sha256Hex(`${this.#salt}|${words.sort().join(' ')}`);
  }
}

function keyOf(session: string): string {
  return hashToken(session).toString('hex');
}

function hourOf(now: Date): number {
  return Math.floor(now.getTime() / hourMs);
}
