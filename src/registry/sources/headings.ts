import { assert } from '../../kernel/assert.ts';

/** The possible contents of a column. `ordinal` is the row number and is ignored. */
export const fields = [
  'name',
  'surname',
  'given',
  'patronymic',
  'maiden_name',
  'sex',
  'birth',
  'birth_year',
  'birthplace',
  'unit',
  'rank',
  'callsign',
  'number',
  'army_number',
  'power',
  'kin_address',
  'document',
  'tax_number',
  'captured',
  'captured_place',
  'last_contact',
  'last_seen_place',
  'event',
  'event_date',
  'held_place',
  'father',
  'mother_maiden_name',
  'relatives',
  'note',
  'ordinal',
] as const;
export type Field = (typeof fields)[number];

/** Fields that several columns may hold; every other field belongs to one column. */
export const repeatable: ReadonlySet<Field> = new Set(['document', 'relatives', 'note', 'ordinal']);

/**
 * Headings as lists in Ukrainian, Russian and English write them. A line is one field. An exact
 * heading is certain; one that only contains the words is likely.
 */
const table = `
name:
  піб|п і б|п.і.б.|фио|ф и о|ф.и.о.|прізвище ім я по батькові|прізвище ім я та по батькові|
  прізвище та ім я|прізвище ім я|фамилия имя отчество|фамилия имя|фамилия и имя|повне ім я|
  полное имя|full name|name|person name|name in full|прізвище ініціали|фамилия инициалы
surname:
  прізвище|фамилия|surname|last name|family name|lastname
given:
  ім я|имя|given name|first name|given names|forename|firstname|given
patronymic:
  по батькові|отчество|patronymic|middle name|father s name as patronymic
maiden_name:
  дівоче прізвище|девичья фамилия|maiden name|колишнє прізвище|прежняя фамилия|former name
sex:
  стать|пол|sex|gender
birth:
  дата народження|дата рождения|date of birth|birth date|birthdate|dob|народився|родился|born|д н|
  д р|дн|др|дата нар|дата рожд|число місяць рік народження|число месяц год рождения|
  день народження|dob raw
birth_year:
  рік народження|год рождения|year of birth|birth year|р н|г р|рн|гр|yob|рік нар|год рожд
birthplace:
  місце народження|место рождения|place of birth|birthplace|звідки родом|откуда родом|уродженець|
  уроженец|місто народження|birth place|країна народження|страна рождения|country of birth
unit:
  підрозділ|подразделение|військова частина|воинская часть|войсковая часть|в ч|вч|частина|часть|
  unit|military unit|бригада|полк|regiment|brigade|підрозділ в ч
rank:
  звання|військове звання|звание|воинское звание|rank|military rank|в звання|в зв
callsign:
  позивний|позывной|callsign|call sign|nickname
number:
  реєстраційний номер|регистрационный номер|record number|номер запису|номер записи|ідентифікатор|
  код особи|id|person id|id особи|уникальный номер|унікальний номер|номер картки|номер карточки|
  card number
army_number:
  особистий номер|личный номер|номер жетона|жетон|service number|personal number|serial number|
  army number|regimental number|військовий номер|воинский номер
power:
  держава належності|держава|государство|power of origin|power|country|країна|страна|громадянство|
  гражданство|nationality|citizenship|підданство|подданство|збройні сили|вооруженные силы|armed forces
kin_address:
  адреса родичів|адрес родственников|адреса близьких|адрес близких|адреса сім ї|адрес семьи|
  address of next of kin|next of kin address|family address|адреса|адрес|address|домашня адреса|
  домашний адрес|home address
document:
  номер полоненого|номер военнопленного|prisoner number|паспорт|паспорт серія номер|
  серія і номер паспорта|серия и номер паспорта|номер паспорта|passport|passport number|військовий квиток|военный билет|документ|документи|документы|document|
  document number|посвідчення|удостоверение|military id|military card
tax_number:
  рнокпп|іпн|ипн|инн|ідентифікаційний код|идентификационный код|tax number|tax id|
  ідентифікаційний номер|идентификационный номер
captured:
  дата полону|дата потрапляння в полон|дата потрапляння у полон|дата взяття в полон|дата пленения|
  дата взятия в плен|дата попадания в плен|date of capture|capture date|captured on|captured|
  captured date|взято в полон|взят в плен|полонено|пленен|дата захоплення|дата захвата|
  дата задержания|дата затримання
captured_place:
  місце полону|місце потрапляння в полон|місце взяття в полон|место пленения|место взятия в плен|
  место попадания в плен|place of capture|capture place|captured at|captured place|
  де взято в полон|где взят в плен|місце захоплення|место захвата|место задержания|
  місце затримання
last_contact:
  дата останнього зв язку|останній зв язок|дата зникнення|зник|зникнення|дата последней связи|
  последняя связь|дата исчезновения|пропал|last contact|date of last contact|last contact date|
  missing since|date missing|дата останнього контакту
last_seen_place:
  місце зникнення|место исчезновения|last seen|last seen at|place last seen|last seen place|
  де бачили востаннє|где видели в последний раз|місце останнього зв язку|место последней связи|
  missing at
event:
  подія|событие|event|статус|status|стан|состояние|відомості|сведения|доля|судьба|fate|обставини|
  что известно|state
event_date:
  дата події|дата события|event date|дата статусу|дата статуса|станом на|по состоянию на|as of|
  date|дата
held_place:
  місце утримання|место содержания|place of detention|place held|held at|табір|лагерь|camp|сізо|
  сизо|колонія|колония|місце перебування|местонахождение|місцезнаходження|где содержится|
  де утримується|установа|учреждение|facility
father:
  батько|отец|father|father s name|піб батька|фио отца|ім я батька|имя отца
mother_maiden_name:
  дівоче прізвище матері|девичья фамилия матери|mother s maiden name|mother maiden name|
  прізвище матері|фамилия матери
relatives:
  родичі|родственники|relatives|близькі|близкие|дружина|жена|мати|мать|next of kin|
  контактна особа|контактное лицо|контакти|контакты|contacts
note:
  примітка|примітки|примечание|примечания|note|notes|remarks|remark|comment|comments|коментар|
  комментарий|додатково|дополнительно|інше|прочее|особливі прикмети|особые приметы|marks
ordinal:
  №|№ п п|№ з п|n|no|номер|n п п|nn|пп|з п|п п|порядковий номер|порядковый номер|#|row|nr
`;

const exact = new Map<string, Field>();
for (const [, name = '', words = ''] of table.matchAll(/^(\w+):\n((?: {2}.+\n)+)/gmu)) {
  const field = fields.find((each) => each === name);
  assert(field, 'every line of the table of headings is a field');
  for (const each of words.split(/[|\n]/u)) if (each.trim()) exact.set(headingKey(each), field);
}

/** Longest first, so that "date of birth" is not read as "date". */
const parts = [...exact.entries()]
  .filter(([words]) => words.length >= 3)
  .sort(([one], [other]) => other.length - one.length);

export interface HeadingReading {
  readonly field: Field;
  readonly rule: 'heading' | 'heading-part';
  readonly confidence: number;
}

/** The content that a heading names; null if it is unknown. */
export function readHeading(heading: string): HeadingReading | null {
  const key = headingKey(heading);
  if (key === '' || key.length > 80) return null;
  const field = exact.get(key);
  if (field) return { field, rule: 'heading', confidence: 1 };
  const inside = parts.find(([words]) => ` ${key} `.includes(` ${words} `));
  return inside ? { field: inside[1], rule: 'heading-part', confidence: 0.8 } : null;
}

/** Headings differ in case, marks and spaces; these say nothing. */
export function headingKey(heading: string): string {
  return heading
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[\p{P}\p{Z}\p{C}_`´ʼ+]+/gu, (mark) => (mark === '№' || mark === '#' ? mark : ' '))
    .trim()
    .replace(/ +/gu, ' ');
}
