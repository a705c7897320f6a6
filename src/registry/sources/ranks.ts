/** Stems of ranks of both armies, whole words and the abbreviations that lists use. */
const stems = [
  'солдат рядовий рядовой боєць боец стрілець стрелок матрос моряк private soldier sailor',
  'сержант старшина прапорщик мічман мичман серж ефрейтор єфрейтор капрал corporal sergeant',
  'лейтенант л-т лт лейт lieutenant',
  'капітан капитан майор підполковник подполковник полковник captain major colonel',
  'генерал адмірал адмирал general admiral',
  'курсант cadet службовець служащий працівник',
]
  .join(' ')
  .split(' ');

const before =
  /^(?:старший|молодший|младший|головний|главный|мол|мл|ст|гол|штаб|майстер|мастер|гвардії|гвардии|гв|senior|junior|staff|chief|lance|master|1st|2nd|first|second)$/u;
const short =
  /^(?:с-т|с-нт|с-жант|прап|пр-к|ряд|рядов|сол|солд|с-на|к-н|кап|м-р|п-к|п\/п-к|pvt|sgt|cpl|lt|cpt|maj|col)$/u;

/** True if a cell holds a rank: every word belongs to one, and at least one is a rank by itself. */
export function isRank(text: string): boolean {
  const words = text
    .toLowerCase()
    .replaceAll('.', ' ')
    .split(/\s+/u)
    .filter((word) => word !== '');
  if (words.length === 0 || words.length > 5) return false;
  const main = words.some(
    (word) => short.test(word) || stems.some((stem) => word.startsWith(stem)),
  );
  const rest = words.every(
    (word) =>
      before.test(word) ||
      short.test(word) ||
      stems.some((stem) => word.startsWith(stem)) ||
      /^(?:служби|службы|резерву|запасу|рангу|ранга|\d|з|с|в|of|статті|статьи|i{1,3}|медичної|медицинской|юстиції|юстиции)$/u.test(
        word,
      ),
  );
  return main && rest;
}
