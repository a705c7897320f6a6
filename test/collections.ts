import { inject } from 'vitest';
import { CollectionIndex } from '../src/collections/collection-index.ts';
import { loadFile, mergePendingCards, openCollection } from '../src/collections/load.ts';
import { makeHome, prepareSession } from '../src/collections/queries.ts';
import { type Bulk, makeDatabase, openBulk } from '../src/db/bulk.ts';
import type { Description } from '../src/kernel/description.ts';
import { descriptionOf, type ListedRow } from '../src/matching/reading/listed-row.ts';

/** A database of open collections for one test file. */
export interface CollectionWorld {
  readonly url: string;
  readonly bulk: Bulk;
  drop(): Promise<void>;
}

export interface InventedCard {
  readonly id: string;
  readonly line: number;
  readonly description: Description;
}

/** Progress is not observed. */
export const silent = { leftOut: () => undefined, progress: () => undefined };

let made = 0;

export async function collectionWorld(): Promise<CollectionWorld> {
  made += 1;
  const name = `collections_${process.pid}_${made}`;
  const url = await makeDatabase(inject('superuserUrl'), name);
  const bulk = await openBulk(url);
  await prepareSession(bulk);
  await makeHome(bulk);
  return {
    url,
    bulk,
    drop: async () => {
      await bulk.close();
      const server = await openBulk(inject('superuserUrl'));
      await server.query(`drop database if exists ${name} with (force)`);
      await server.close();
    },
  };
}

/** Loads cards in one go and returns the index over them. */
export async function loadCards(
  bulk: Bulk,
  name: string,
  {
    cards,
    partitions = 1,
  }: { readonly cards: readonly InventedCard[]; readonly partitions?: number },
): Promise<CollectionIndex> {
  await openCollection(bulk, name, partitions);
  const rows = inPieces(cards);
  await loadFile(bulk, name, { file: { digest: name, path: name, rows }, watch: silent });
  await mergePendingCards(bulk, name);
  return CollectionIndex.open(bulk, name);
}

export async function* inPieces<T>(rows: readonly T[]): AsyncIterable<readonly T[]> {
  for (let start = 0; start < rows.length; start += 700) yield rows.slice(start, start + 700);
}

const stems = [
  ...[
    'Тихобор',
    'Вербогай',
    'Калинобрід',
    'Дубограй',
    'Зорепад',
    'Мохнолист',
    'Ясногор',
    'Кремезняк',
  ],
  ...[
    'Лозоплет',
    'Снігобой',
    'Рудокрил',
    'Тернослав',
    'Явороніс',
    'Полинець',
    'Хмаролом',
    'Борвій',
  ],
];
const endings = ['', 'енко', 'ук', 'ський', 'ов', 'ин', 'ець', 'аш'];
const givens = ['Данило', 'Остап', 'Александр', 'Oleksii', 'Марко', 'Гліб', 'Назар', 'Юхим'];
const fathers = ['Остапович', 'Маркович', 'Данилович', 'Nazarovych', ''];
const places = ['Кривий Ріг', 'Балта', 'Одеса', ''];
const units = ['54 обрмп', 'А1234', '17th Border Guard Detachment', ''];
/** Many share this day, so that its key is too common to follow. */
const commonDay = '1990-05-17';
/** Some share this one: its key is followed, and takes most of the permitted postings. */
const busyDay = '1985-02-03';

/**
 * Invented people by number: the same number is the same person, and every kind of missing value
 * occurs.
 */
export function inventedRow(number: number): ListedRow {
  const at = <T>(list: readonly T[], step: number) => list[(number * step) % list.length] as T; // Within.
  const day = String(1 + (number % 28)).padStart(2, '0');
  const usual =
    number % 3 !== 0 ? commonDay : `19${60 + (number % 40)}-0${1 + (number % 9)}-${day}`;
  const birth = number % 5 === 1 ? busyDay : usual;
  const surname = `${at(stems, 7)}${endings[Math.floor(number / 3) % endings.length]}`;
  const row: Record<string, string> = { surname, given: at(givens, 5), patronymic: at(fathers, 3) };
  row['name'] =
    number % 4 === 0
      ? `${row['given']} ${surname}`
      : `${surname} ${row['given']} ${row['patronymic']}`;
  if (number % 11 !== 0) row['dob'] = birth;
  if (number % 7 === 0) row['dob'] = birth.slice(0, 4);
  if (at(places, 1) !== '') row['birthplace'] = at(places, 1);
  if (at(units, 9) !== '') row['unit'] = at(units, 9);
  if (number % 5 === 0) row['captured_date'] = `2023-0${1 + (number % 9)}-11`;
  if (number % 6 === 0) row['rank'] = 'сержант';
  return row;
}

export function inventedCards(count: number): readonly InventedCard[] {
  return Array.from({ length: count }, (_, number) => ({
    id: `C${number}`,
    line: number + 1,
    description: descriptionOf(inventedRow(number)),
  }));
}

/** Everything that a query reads, table by table. */
export async function contentOf(bulk: Bulk, name: string): Promise<readonly object[]> {
  const tables = ['card', 'card_id', 'card_key', 'counted_value', 'pending_key', 'pending_value'];
  const found: object[] = [];
  for (const table of tables) {
    const [row] = await bulk.query<{ rows: number; digest: string }>(
      `select count(*)::int as rows, md5(string_agg(t::text, '|' order by t::text)) as digest
       from cards_${name}.${table} t`,
    );
    if (row) found.push({ table, ...row });
  }
  return found;
}
