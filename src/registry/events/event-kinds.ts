import type { EventKindDeclaration } from '../module.ts';
import type { EventKind } from './event.ts';

type OwnKind = EventKindDeclaration & { readonly kind: EventKind };

const evidence = (kind: EventKind, rank: number, showsLife = false): OwnKind => ({
  ...{ kind, axis: 'custody', effect: 'evidence', rank, showsLife },
});
const ending = (kind: EventKind): OwnKind => ({
  ...{ kind, axis: 'custody', effect: 'ending', rank: 0, showsLife: true },
});
const death = (kind: EventKind, rank: number): OwnKind => ({
  ...{ kind, axis: 'life', effect: 'death', rank, showsLife: false },
});

/** The sixteen custody and life events (ruling 22). Modules with other kinds declare their own. */
export const eventKinds: readonly OwnKind[] = [
  { kind: 'captured', axis: 'custody', effect: 'capture', rank: 0, showsLife: false },
  evidence('reported_held', 1),
  evidence('seen', 2),
  evidence('witnessed', 3),
  evidence('listed', 4),
  evidence('notified', 5),
  evidence('confirmed', 6),
  evidence('visited', 7, true),
  ending('released'),
  ending('exchanged'),
  ending('escaped'),
  ending('repatriated'),
  { kind: 'proof_of_life', axis: 'life', effect: 'sign', rank: 0, showsLife: true },
  death('reported_dead', 1),
  death('confirmed_dead', 2),
  death('identified', 3),
];
