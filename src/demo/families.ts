import { choosePassphrase, recogniseFamily } from '../access/family-sign-in.ts';
import type { Context } from '../audit/context.ts';
import type { EnquiryId } from '../kernel/ids.ts';
import {
  fileEnquiry,
  hashCode,
  printCode,
  readFiling,
  writeToThread,
} from '../registry/enquiries/actions.ts';
import { checkEnquiry, recordContact } from '../registry/enquiries/desk-actions.ts';
import type { Kinship, Language } from '../registry/enquiries/enquiry.ts';
import { codeFromSeed } from '../registry/enquiries/file-code.ts';
import { type DemoDoors, demoCommand } from './doors.ts';
import { type InventedPerson, inventedPerson } from './people.ts';

/**
 * What the invented mother has and knows; a trial's terminal prints it, so that a visitor can act
 * as her.
 */
export function demoMother(): { readonly fileCode: string; readonly passphrase: string } {
  return {
    fileCode: printCode(codeFromSeed(seedOf('family-0'))),
    passphrase: 'olena waits at home',
  };
}

function seedOf(name: string): string {
  return `demo ${name}`;
}

interface DemoFamily {
  readonly name: string;
  readonly person: InventedPerson;
  readonly language: Language;
  readonly kinship: Kinship;
  readonly daysAgo: number;
  readonly proven: 'nothing' | 'identity' | 'kinship';
}

const kinships: readonly Kinship[] = ['mother', 'father', 'wife', 'sibling', 'child'];
const languages: readonly Language[] = ['uk', 'ru', 'en'];

/** The son in the walk of the README: on no list until the sample list is imported. */
const danylo: InventedPerson = {
  number: 0,
  sex: 'm',
  uk: { surname: 'Тихобор', given: 'Данило', patronymic: 'Остапович' },
  ru: { surname: 'Тихобор', given: 'Данила', patronymic: 'Остапович' },
  birth: '1994-03-14',
  birthplace: { uk: 'м. Ясностав', ru: 'г. Ясностав' },
  unit: { uk: '901 ОМБр', ru: '901 омбр' },
  lost: '2024-05-17',
};

/** Sixty families in three languages, and a wife who asks about a father's son. */
function families(): readonly DemoFamily[] {
  const all = sixty();
  const wives = all.flatMap((family): DemoFamily[] =>
    family.name === 'family-6'
      ? [{ ...family, name: 'family-6-wife', kinship: 'wife', daysAgo: 5 }]
      : [],
  );
  return [...all, ...wives];
}

/** Most sought people are on the other side's list, some on none. */
function sixty(): readonly DemoFamily[] {
  return Array.from({ length: 60 }, (_, at): DemoFamily => {
    const onList = at % 3 !== 2;
    const number = onList ? at * 3 + 1 : 1_000 + at;
    return {
      name: `family-${at}`,
      person: at === 0 ? danylo : inventedPerson(number),
      language: languages[at % languages.length] ?? 'uk',
      kinship: kinships[at % kinships.length] ?? 'mother',
      daysAgo: 3 + at * 2,
      proven: at < 24 ? 'kinship' : at < 30 ? 'identity' : 'nothing',
    };
  });
}

/** The families that filed, by name: the person sought and the file. */
export type DemoFamilies = ReadonlyMap<
  string,
  { readonly enquiryId: EnquiryId; readonly person: InventedPerson }
>;

/** Families file on their site; Daria telephones, sees papers and records what was proven. */
export async function fileAll(doors: DemoDoors): Promise<DemoFamilies> {
  const filed = new Map<string, { enquiryId: EnquiryId; person: InventedPerson }>();
  for (const family of families()) {
    const enquiryId = await fileOne(doors, family);
    filed.set(family.name, { enquiryId, person: family.person });
    if (family.proven === 'nothing') continue;
    await proveOne(doors, family, enquiryId);
  }
  return filed;
}

async function fileOne(doors: DemoDoors, family: DemoFamily): Promise<EnquiryId> {
  const { name, person, language, kinship } = family;
  const { surname, given, patronymic } = language === 'ru' ? person.ru : person.uk;
  const read = readFiling({
    surname,
    given,
    patronymic,
    birth: person.birth.split('-').reverse().join('.'),
    birthplace: language === 'ru' ? person.birthplace.ru : person.birthplace.uk,
    lastContact: person.lost.split('-').reverse().join('.'),
    unit: person.unit.uk,
    enquirerName: `${['mother', 'wife'].includes(kinship) ? 'Олена' : 'Тарас'} ${surname}`,
    relationship: kinship,
    phone: `+000 00 000 ${String(1_000 + person.number).slice(0, 4)}`,
    email: `${name}@family.invalid`,
    circumstances: '',
    consentContact: 'yes',
  });
  if (!read.ok) throw new Error('Invariant broken: the demo fills the form correctly');
  const door = doors.atDoor(family.daysAgo);
  const filed = await fileEnquiry(door, {
    intake: read.intake,
    language,
    channel: 'web',
    seed: seedOf(name),
    commandId: demoCommand(`file|${name}`),
  });
  if (name === 'family-0') await comeBack(doors, door, filed);
  return filed.enquiryId;
}

/** The first family set its passphrase and wrote once. */
async function comeBack(
  doors: DemoDoors,
  door: Context,
  filed: { readonly enquiryId: EnquiryId; readonly fileCode: string },
): Promise<void> {
  const now = { ...door, now: new Date() };
  const codeHash = hashCode(filed.fileCode);
  const opened = await choosePassphrase(now, {
    codeHash,
    passphrase: demoMother().passphrase,
  }).catch(
    () => null, // Set by a start that was killed later.
  );
  if (!opened) return;
  const held = { officeId: doors.parts.officeId, token: opened.token, now: now.now };
  const actor = await recogniseFamily(doors.familyDb, held);
  if (!actor) throw new Error('Invariant broken: a session just opened is known');
  const purpose = { kind: 'own_file', enquiryId: filed.enquiryId } as const;
  await writeToThread(
    { ...now, actor, purpose, sessionToken: opened.token },
    {
      enquiryId: filed.enquiryId,
      text: 'Добрий день. Я зберегла всі його листи, якщо вони потрібні.',
      commandId: demoCommand('write|family-0'),
    },
  );
}

async function proveOne(doors: DemoDoors, family: DemoFamily, enquiryId: EnquiryId): Promise<void> {
  const purpose = { kind: 'verification', enquiryId } as const;
  const { name } = family;
  const ctx = await doors.as(family.person.number % 2 === 0 ? 'Vera' : 'Daria', purpose);
  await recordContact(ctx, {
    enquiryId,
    kind: 'telephone',
    outcome: 'reached',
    note: 'Вигадано для проби.',
    occurredAt: new Date(doors.parts.now.getTime() - 2 * 86_400_000),
    commandId: demoCommand(`ring|${name}`),
  });
  await checkEnquiry(ctx, {
    enquiryId,
    version: 1,
    kind: 'identity',
    outcome: 'proven',
    means: 'video_call',
    commandId: demoCommand(`identity|${name}`),
  });
  if (family.proven !== 'kinship') return;
  await checkEnquiry(ctx, {
    enquiryId,
    version: 2,
    kind: 'kinship',
    outcome: 'proven',
    kinship: family.kinship,
    means: family.kinship === 'wife' ? 'marriage_certificate' : 'birth_certificate',
    commandId: demoCommand(`kinship|${name}`),
  });
}
