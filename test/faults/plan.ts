import { type Dice, seeded } from '../safety/support/seeded.ts';
import { type Target, targets } from './machine.ts';

/** Roles whose connections to the main database are cut. */
const roles = ['homeward_family', 'homeward_desk', 'homeward_broker', 'homeward_worker'] as const;

export type Fault =
  | { readonly kind: 'kill'; readonly target: Target; readonly draw: number }
  | {
      readonly kind: 'freeze';
      readonly target: Target;
      readonly draw: number;
      readonly seconds: number;
    }
  /** A disk filled once, or kept full although the installation releases space. */
  | { readonly kind: 'disk'; readonly seconds: number; readonly keptFull: boolean }
  | { readonly kind: 'connections'; readonly role: (typeof roles)[number] | 'keystore' }
  | { readonly kind: 'broker line'; readonly seconds: number }
  | { readonly kind: 'visitors cut off' };

const kinds: Readonly<Record<Fault['kind'], number>> = {
  kill: 7,
  freeze: 6,
  disk: 1,
  connections: 3,
  'broker line': 2,
  'visitors cut off': 1,
};
/**
 * Killing the supervisor stops the installation; the machine's service supervisor starts it again.
 */
const killed = targets.filter((target) => target !== 'supervisor');
/** A frozen sandbox or supervisor gets one turn as well. */
const frozen = targets;

export interface Length {
  readonly freezeMaxSeconds: number;
  readonly diskMaxSeconds: number;
}

export const shortForm: Length = { freezeMaxSeconds: 8, diskMaxSeconds: 4 };
export const longForm: Length = { freezeMaxSeconds: 60, diskMaxSeconds: 20 };

/**
 * The faults of a seed: kinds and targets come in shuffled decks. So every run of twenty has every
 * kind, and a longer one has every process in every way.
 */
export function planFaults(seed: number, count: number, length: Length): readonly Fault[] {
  const dice = seeded(seed);
  const kindOf = deck(
    dice,
    Object.entries(kinds).flatMap(([kind, times]) =>
      // The keys of the record above.
      Array.from({ length: times }, () => kind as Fault['kind']),
    ),
  );
  const drawn = {
    killed: deck(dice, killed),
    frozen: deck(dice, frozen),
    role: deck(dice, [...roles, 'keystore' as const]),
  };
  return Array.from({ length: count }, () => {
    const kind = kindOf();
    // Evenly on a logarithmic scale: short freezes are more frequent.
    const upTo = (most: number) => Math.round(10 * most ** dice.next()) / 10;
    return drawFault({ kind, draw: dice.next(), upTo, length, drawn });
  });
}

interface Drawing {
  readonly kind: Fault['kind'];
  readonly draw: number;
  readonly upTo: (most: number) => number;
  readonly length: Length;
  readonly drawn: {
    readonly killed: () => Target;
    readonly frozen: () => Target;
    readonly role: () => (typeof roles)[number] | 'keystore';
  };
}

function drawFault({ kind, draw, upTo, length, drawn }: Drawing): Fault {
  switch (kind) {
    case 'kill':
      return { kind, target: drawn.killed(), draw };
    case 'freeze': {
      // Some last longer than 10 s in every form: longer than most time limits of the product.
      const seconds = upTo(length.freezeMaxSeconds);
      return {
        kind,
        target: drawn.frozen(),
        draw,
        seconds: Math.min(draw < 0.3 ? seconds + 10 : seconds, 60),
      };
    }
    case 'disk':
      return { kind, seconds: upTo(length.diskMaxSeconds), keptFull: draw < 0.5 };
    case 'connections':
      return { kind, role: drawn.role() };
    case 'broker line':
      return { kind, seconds: draw < 0.5 ? 0 : upTo(length.freezeMaxSeconds) };
    case 'visitors cut off':
      return { kind };
  }
}

/** Deals every card once, shuffled, then shuffles again. */
function deck<Card>(dice: Dice, cards: readonly Card[]): () => Card {
  let left: Card[] = [];
  return () => {
    if (left.length === 0) left = [...cards];
    const [card] = left.splice(dice.below(left.length), 1);
    return card as Card; // The deck was filled above.
  };
}

export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill -9 ${fault.target}`;
    case 'freeze':
      return `freeze ${fault.target} for ${fault.seconds} s`;
    case 'disk':
      return `disk full for ${fault.seconds} s${fault.keptFull ? ', kept full' : ''}`;
    case 'connections':
      return `connections of ${fault.role} cut`;
    case 'broker line':
      return fault.seconds === 0 ? 'broker line cut' : `broker line held for ${fault.seconds} s`;
    case 'visitors cut off':
      return 'requests of all visitors cut off';
  }
}
