import type { Description } from '../../../src/kernel/description.ts';
import { descriptionOf } from '../../../src/matching/reading/listed-row.ts';
import { queryLines, registryLines } from '../development-set.ts';
import { givenNames } from '../growth/given.ts';
import { type Invented, People } from '../growth/people.ts';
import { Chance } from '../growth/random.ts';
import { type Written, writeRow } from '../growth/rows.ts';
import { Surnames } from '../growth/surnames.ts';
import { type SourceRow, type Template, templatesOf } from '../growth/templates.ts';
import { type Filing, filings, type Group, groups } from './groups.ts';
import { drawMember } from './members.ts';

/** One query about a member of a group who is in the registry. */
export interface FairQuestion {
  readonly group: string;
  readonly sex: 'm' | 'f';
  /** The language of the list with this person, and the one in which the family files. */
  readonly listed: string;
  readonly filed: Filing;
  /**
   * Failures of this half may be inspected while the matcher is improved; the other half is blind.
   */
  readonly half: 'seen' | 'blind';
  readonly asked: Description;
  readonly ids: readonly string[];
  readonly text: { readonly asked: string; readonly listed: readonly string[] };
}

export interface FairSet {
  readonly rows: readonly { readonly id: string; readonly description: Description }[];
  readonly questions: readonly FairQuestion[];
}

/** Rows of the usual mix, so that a group's people are as few among the others as in reality. */
const backgroundRows = 40_000;
const askedPerGroup = 500;
const othersPerGroup = 300;
const seed = 307;
/** Lists in rare languages are drawn more often, so that their figures are significant. */
const rareShare = 0.15;
const usual = new Set(['uk', 'ru', 'en']);

/** The labelled set: the same in every run. */
export function fairSet(): FairSet {
  const chance = new Chance(seed);
  const source = registryLines().map((line) => JSON.parse(line) as SourceRow & { id: string });
  const known = new Set(
    givenNames.flatMap(({ uk, ru, short }) => [uk, ru, ...short.uk, ...short.ru]),
  );
  const templates = templatesOf(source, known);
  const rare = byTongue(templates.filter(({ tongue }) => !usual.has(tongue)));
  const people = new People(new Surnames(source, known), templates);
  const rows = source.slice(0, backgroundRows).map((row) => ({
    id: row.id,
    description: descriptionOf(row),
  }));
  const add = (person: Invented, template: Template) => {
    const written = writeRow(person, template, chance);
    const id = `F${rows.length}`;
    rows.push({ id, description: descriptionOf(Object.fromEntries(written)) });
    return { id, written };
  };
  while (rows.length < backgroundRows) add(people.draw(chance), chance.of(templates));
  const filingForms = templatesOf(
    queryLines().map((line) => JSON.parse(line) as SourceRow),
    known,
  );
  const questions = groups.flatMap((group) => {
    for (let count = 0; count < othersPerGroup; count += 1) {
      add(drawMember(group, people, chance), chance.of(templates));
    }
    return Array.from({ length: askedPerGroup }, (_, at): FairQuestion => {
      const person = drawMember(group, people, chance);
      const template = chance.comes(rareShare) ? chance.of(chance.of(rare)) : chance.of(templates);
      const listed = [add(person, template)];
      if (chance.comes(0.14)) listed.push(add(person, chance.of(templates)));
      const { filed, written } = file(group, person, chance.of(filingForms), chance);
      return {
        group: group.name,
        sex: person.sex,
        listed: template.tongue,
        filed,
        half: at % 2 === 0 ? 'seen' : 'blind',
        asked: descriptionOf(Object.fromEntries(written)),
        ids: listed.map(({ id }) => id),
        text: { asked: lineOf(written), listed: listed.map((row) => lineOf(row.written)) },
      };
    });
  });
  return { rows, questions };
}

function byTongue(templates: readonly Template[]): readonly (readonly Template[])[] {
  const parts = new Map<string, Template[]>();
  for (const template of templates) {
    const known = parts.get(template.tongue);
    if (known) known.push(template);
    else parts.set(template.tongue, [template]);
  }
  return [...parts.values()];
}

function file(
  group: Group,
  person: ReturnType<typeof drawMember>,
  form: Template,
  chance: Chance,
): { readonly filed: Filing; readonly written: Written } {
  const filed = filings[group.filing.draw(chance)] ?? 'ru';
  const tongue = filed === 'own' ? 'en' : filed;
  const template = { ...form, tongue, lang: filed === 'own' ? null : filed };
  return {
    filed,
    written: writeRow(filed === 'own' ? person.atHome : person, template, chance),
  };
}

function lineOf(written: Written): string {
  return written
    .filter(([field]) => field !== 'surname' && field !== 'given' && field !== 'patronymic')
    .map(([, value]) => value)
    .join(' · ');
}
