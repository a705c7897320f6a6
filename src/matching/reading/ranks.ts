/** A rank on one scale for all armies: a higher number is a higher rank. */
export type Rank = number;

/** Stems in Ukrainian, Russian, English, Polish and German; the first match counts. */
const ladder: readonly (readonly [RegExp, Rank])[] = [
  [/генерал|адмірал|адмирал|general|admiral/u, 16],
  [/підполк|подполк|п\/п-к|lieutenant colonel|lt\.? ?col|oberstleutnant|podpułk/u, 13],
  [/полковник|полк-к|colonel|oberst|pułkownik|капітан 1|капитан 1/u, 14],
  [/майор|major|м-р/u, 12],
  [/старш\S* лейт|ст\.? ?(?:л-т|лейт)|senior lieutenant|first lieutenant|oberleutnant/u, 10],
  [/молодш\S* лейт|младш\S* лейт|мл\.? ?(?:л-т|лейт)|junior lieutenant|second lieutenant/u, 8],
  [/лейтенант|л-т|lieutenant|leutnant|porucznik/u, 9],
  [/капітан|капитан|к-н|captain|kapitan|hauptmann/u, 11],
  [/прапор|мічман|мичман|warrant|fähnrich|chorąży/u, 7],
  [/штаб-серж|staff serg/u, 6],
  [/старшина|головн\S* серж|главн\S* серж|master serg|chief serg|first serg/u, 6],
  [/старш\S* серж|ст\.? ?с-т|ст\.? ?серж|senior serg/u, 5],
  [/молодш\S* серж|младш\S* серж|мл\.? ?с-т|мл\.? ?серж|junior serg/u, 3],
  [/сержант|с-т|sergeant|sierżant|feldwebel/u, 4],
  [
    /старш\S* (?:солд|матр)|ст\.? ?(?:солд|матр)|єфрейтор|ефрейтор|senior (?:sold|sail)|corporal/u,
    2,
  ],
  [/солдат|рядов|матрос|стріл|стрел|private|soldier|sailor|szeregowy|soldat|schütze/u, 1],
];

/** Reads a rank; null if the words name none. */
export function readRank(raw: string | undefined): Rank | null {
  if (!raw) return null;
  const known = readings.get(raw);
  if (known !== undefined) return known;
  const text = raw.slice(0, 80).toLowerCase();
  const rank = ladder.find(([shape]) => shape.test(text))?.[1] ?? null;
  if (readings.size < 2_000) readings.set(raw, rank);
  return rank;
}

const readings = new Map<string, Rank | null>();
