import { hashOf, mix } from '../proposing/hash.ts';
import { keysOf } from '../proposing/propose.ts';
import { analyse } from '../reading/analysis.ts';
import { givenNamesTable, placesTable } from '../reading/tables.generated.ts';
import { eachCounted } from '../weighing/frequencies.ts';
import { pack } from './packed.ts';

/** Invented names, one for each spelling habit that has its own rule. */
const surnames = [
  ...['Тихобор', "Дерев'янчук", 'Щербань', 'Ющикевич-Заболоть', 'Ґеник', 'Їжакевич', 'Подъячев'],
  ...[
    'Kowalczyszyn',
    'Schtscherbina',
    'Tchoumakov',
    'Yushchykevych',
    'Dzhanibekoglu',
    'Łukaszeńko',
  ],
  ...[
    'ბერიძაშვილი',
    'Հովսեփյանց',
    'شيفتشوكين',
    'תיחובור',
    'Τιχομπόρης',
    'Тихоборова',
    'Вербогайська',
  ],
  // One name for each orthography of Latin names.
  ...[
    'Szabóczky',
    'Axundxanov',
    'Qəmbərzadə',
    'Țărcanu',
    'Rodríguez-Jaén',
    'Carvalhão',
    'Yıldızçı',
  ],
  ...['Großmann', 'Moreaux', 'Wrightbaker', 'Zhang', 'Gʻofurxon'],
];
const given = ['Олександр', 'Aleksandr', 'Сашко', 'Yevhen', 'Gürkan', 'О.'];
const fathers = ['Остапович', 'Ostapovych', 'П.', ''];
const rest = { birth: '1994-03-14', birthplace: 'Кривий Ріг', unit: '54 обрмп', rank: 'сержант' };

let known: string | undefined;

/**
 * The version of the reading rules in this program. It changes with the rules of sound, the keys or
 * the tables. Data stored with keys of another version must be read again.
 */
export function readingVersion(): string {
  known ??= computed().toString(16).padStart(8, '0');
  return known;
}

function computed(): number {
  let state = mix(hashOf(givenNamesTable), hashOf(placesTable));
  const add = (text: string) => {
    state = mix(state, hashOf(text));
  };
  const value = rest.birth as NonNullable<Parameters<typeof analyse>[0]['birth']>['value']; // A date.
  for (const surname of surnames) {
    for (const name of given) {
      for (const father of fathers) {
        const analysis = analyse({
          names: [{ full: `${surname} ${name} ${father}` }],
          birth: { raw: rest.birth, value, rule: 'iso' },
          birthplace: rest.birthplace,
          unit: rest.unit,
          documents: ['ВН 123456'],
        });
        add(keysOf(analysis).join(' '));
        add(pack({ ...analysis, extras: null }) ?? '');
        eachCounted(analysis, (kind, counted) => add(`${kind} ${counted}`));
      }
    }
  }
  // The sound of each word in the tables.
  for (const word of givenNamesTable.split(/\s+/u)) add(keysOf(analyse(named(word))).join(' '));
  return state;
}

function named(word: string) {
  return { names: [{ full: `Тихобор ${word.replace('~', '')}` }] };
}
