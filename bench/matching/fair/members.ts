import type { Sex } from '../growth/given.ts';
import type { Invented, People } from '../growth/people.ts';
import type { Chance } from '../growth/random.ts';
import type { Group, Known } from './groups.ts';
import { type Names, writeParts } from './writing.ts';

/** One of a group. */
export interface Member extends Invented {
  /** The same person as the family writes it, in its own letters. */
  readonly atHome: Invented;
}

/** More women than among captives, so that their figures have a useful interval. */
const womenShare = 0.3;

/** Given name, father and surname are drawn separately, so that no person is a copy of another. */
export function drawMember(group: Group, people: People, chance: Chance): Member {
  const sex: Sex = chance.comes(womenShare) ? 'f' : 'm';
  const drawn = people.drawOf(sex, chance);
  const town = group.towns.length > 0 ? chance.of(group.towns) : drawn.town;
  const base = { ...drawn, town, second: null };
  if (group.names.s.length === 0) return { ...base, atHome: base };
  const isOwn = group.names.m.length > 0;
  const names: Names = {
    group,
    sex,
    given: isOwn ? drawGiven(group, sex, chance) : [],
    father: isOwn ? chance.of(group.names.m) : null,
    surnames: drawSurnames(group, chance),
    base,
  };
  return {
    ...base,
    spelt: (writing) => writeParts(names, { ...writing, atHome: false }),
    atHome: { ...base, spelt: (writing) => writeParts(names, { ...writing, atHome: true }) },
  };
}

function drawSurnames(group: Group, chance: Chance): readonly Known[] {
  const first = chance.of(group.names.s);
  return group.hasTwoSurnames ? [first, chance.of(group.names.s)] : [first];
}

/** «Juan Carlos» is as common as «Juan» where people have two surnames. */
function drawGiven(group: Group, sex: Sex, chance: Chance): readonly Known[] {
  const first = chance.of(group.names[sex]);
  if (!group.hasTwoSurnames || chance.comes(0.5)) return [first];
  const second = chance.of(group.names[sex]);
  return second === first ? [first] : [first, second];
}
