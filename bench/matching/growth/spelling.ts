/**
 * How clerks of several languages write a Cyrillic name. Based on public standards (Cabinet
 * resolution 55, ICAO Doc 9303, the habits of French, Polish and German). It is deliberately
 * separate from the matcher's tables: two tables from independent sources, so that neither favours
 * the other.
 */
interface Scheme {
  readonly letters: Readonly<Record<string, string>>;
  /** At the start of a word, if different. */
  readonly first?: Readonly<Record<string, string>>;
  /** After a vowel, if different. */
  readonly afterVowel?: Readonly<Record<string, string>>;
}

const latin = table(
  'а a б b в v г g ґ g д d е e ё e є ie ж zh з z и i і i ї i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch ъ _ ы y ь _ э e ю iu я ia',
);
const national = { ...latin, ...table('г h и y') };
const polish = {
  ...latin,
  ...table('в w г h ж z и y й j х ch ц c ч cz ш sz щ szcz е e є ie ю iu я ia э e ы y'),
};
const german = {
  ...latin,
  ...table('в w г h ж sch з s и y й j ї ji х ch ц z ч tsch ш sch щ schtsch є je ю ju я ja э e'),
};

export const schemes = {
  ukOfficial: { letters: national, first: table('є ye ї yi й y ю yu я ya') },
  ukOlder: { letters: { ...national, ...table('й y ї yi є ye ю yu я ya') } },
  ukPress: { letters: { ...latin, ...table('г g и y й y є ye ю yu я ya') } },
  ukPlain: { letters: { ...national, ...table('и i й y ї i є e ю yu я ya х h') } },
  ukScholar: {
    letters: { ...national, ...table('ж ž й j ї ji є je х ch ц c ч č ш š щ šč ю ju я ja') },
  },
  ruPassport: { letters: { ...latin, ...table('ъ ie') } },
  ruPress: {
    letters: { ...latin, ...table('й y ю yu я ya ё yo') },
    first: table('е ye'),
    afterVowel: table('е ye'),
  },
  ruPlain: { letters: { ...latin, ...table('й j ю ju я ja х h') } },
  french: {
    letters: { ...latin, ...table('ж j у ou ч tch ш ch щ chtch ю iou й i х kh ё io ц ts') },
  },
  polishUk: { letters: polish, first: table('є je ю ju я ja') },
  polishRu: {
    letters: { ...polish, ...table('г g и i е ie ё io') },
    first: table('е je ю ju я ja'),
    afterVowel: table('е je ю ju я ja'),
  },
  germanUk: { letters: german, first: table('є je') },
  germanRu: { letters: { ...german, ...table('г g и i') }, first: table('е je') },
  georgian: {
    letters: table(
      'а ა б ბ в ვ г გ ґ გ д დ е ე ё ო є ე ж ჟ з ზ и ი і ი ї ი й ი к კ л ლ м მ н ნ о ო п პ р რ с ს т ტ у უ ф ფ х ხ ц ც ч ჩ ш შ щ შჩ ъ _ ы ი ь _ э ე ю იუ я ია',
    ),
  },
  armenian: {
    letters: table(
      'а ա б բ в վ г գ ґ գ д դ е ե ё ո є ե ж ժ з զ и ի і ի ї ի й յ к կ л լ м մ н ն о ո п պ р ր с ս т տ у ու ф ֆ х խ ц ց ч չ ш շ щ շչ ъ _ ы ի ь _ э է ю յու я յա',
    ),
  },
  arabic: {
    letters: table(
      'а ا б ب в ف г غ ґ غ д د е ي ё يو є ي ж ج з ز и ي і ي ї ي й ي к ك л ل м م н ن о و п ب р ر с س т ت у و ф ف х خ ц تس ч تش ш ش щ ش ъ _ ы ي ь _ э ي ю يو я يا',
    ),
  },
} satisfies Readonly<Record<string, Scheme>>;

export type SchemeName = keyof typeof schemes;

const vowels = 'аеёєиіїоуыэюя';

/** One or several words in one scheme, each with a capital if the script has them. */
export function spell(text: string, scheme: Scheme): string {
  let out = '';
  let before = '';
  for (const letter of text) {
    const low = letter.toLowerCase();
    const atHead = before === '' || before === ' ' || before === '-';
    const found =
      (atHead ? scheme.first?.[low] : undefined) ??
      (vowels.includes(before) && before !== '' ? scheme.afterVowel?.[low] : undefined) ??
      scheme.letters[low];
    const part = found === undefined ? (low === "'" ? '' : letter) : found === '_' ? '' : found;
    out += atHead && part !== '' ? part.charAt(0).toUpperCase() + part.slice(1) : part;
    before = low;
  }
  return out;
}

function table(pairs: string): Record<string, string> {
  const parts = pairs.split(' ');
  return Object.fromEntries(
    parts.flatMap((key, at) => (at % 2 === 0 ? [[key, parts[at + 1] ?? '']] : [])),
  );
}
