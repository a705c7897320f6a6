import { hashOf, mix } from '../proposing/hash.ts';
import { keysOf } from '../proposing/propose.ts';
import { analyse } from '../reading/analysis.ts';
import { givenNamesTable, placesTable } from '../reading/tables.generated.ts';
import { eachCounted } from '../weighing/frequencies.ts';
import { pack } from './packed.ts';

/** Invented names with each habit of spelling that has a rule of its own. */
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
  // One for each orthography that a Latin name may be written in.
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
 * Which reading of descriptions this program has: changed rules of sound, keys or tables change it,
 * and what was stored with the keys of another reading must be read again.
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
  // What each word of the tables is heard as.
  for (const word of givenNamesTable.split(/\s+/u)) add(keysOf(analyse(named(word))).join(' '));
  return state;
}

function named(word: string) {
  return { names: [{ full: `Тихобор ${word.replace('~', '')}` }] };
}
