import type { Invented, People } from './people.ts';
import { type Chance, Lottery } from './random.ts';
import { type Written, writeRow } from './rows.ts';
import type { Template } from './templates.ts';

export interface Request {
  readonly qid: string;
  readonly written: Written;
  readonly truth: {
    readonly qid: string;
    readonly kind: string;
    readonly true_id: string | null;
    readonly true_ids: readonly string[];
    readonly near_id: string | null;
  };
}

const kinds = ['match', 'null_random', 'null_sibling', 'null_samename', 'null_namesake'] as const;
type Kind = (typeof kinds)[number];
/** The counts of the development set. */
const kindLottery = new Lottery([951, 256, 109, 95, 89]);

interface Plan {
  readonly people: People;
  readonly templates: readonly Template[];
  readonly wanted: number;
  readonly chance: Chance;
}

/** New queries about padded people, spread evenly over the registry while it is written. */
export class Requests {
  readonly lines: Request[] = [];
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /**
   * Called with each person and their rows; `done` is the share of the registry that is written.
   */
  offer(person: Invented, ids: readonly string[], done: number): void {
    const { wanted, chance, templates } = this.#plan;
    if (this.lines.length >= Math.floor(wanted * done)) return;
    const kind = kinds[kindLottery.draw(chance)] ?? 'match';
    const asked = askedFor(kind, person, this.#plan);
    const qid = `G${String(this.lines.length).padStart(6, '0')}`;
    const isMatch = kind === 'match';
    this.lines.push({
      qid,
      written: writeRow(asked, chance.of(templates), chance),
      truth: {
        qid,
        kind,
        true_id: isMatch ? (ids[0] ?? null) : null,
        true_ids: isMatch ? ids : [],
        near_id: isMatch || kind === 'null_random' ? null : (ids[0] ?? null),
      },
    });
  }
}

function askedFor(kind: Kind, person: Invented, { people, chance }: Plan): Invented {
  switch (kind) {
    case 'match':
      return person;
    case 'null_random':
      return people.draw(chance);
    case 'null_sibling':
      return people.sibling(person, chance);
    case 'null_namesake':
      return people.namesake(person, chance);
    case 'null_samename':
      return people.sameName(person, chance);
  }
}
