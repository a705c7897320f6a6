import type { Installation } from '../../e2e/installation.ts';
import { birthCanary, digitCanary, latinCanary, nameCanary } from './canaries.ts';
import { type Answer, DeskClient, FamilyClient } from './clients.ts';

/** The public address of the site: behind TLS, as in production. */
export const familyOrigin = 'https://families.invalid';

/** Counts: people on the list, those sought, and those followed to the end. */
export interface Load {
  readonly people: number;
  readonly families: number;
  readonly proven: number;
}

export interface Loaded {
  readonly importId: string;
  /** The enquiry of each sought person, by the person's number. */
  readonly enquiryIds: readonly string[];
  readonly canaries: number;
}

const headings = [
  ...[
    'Прізвище',
    'Імя',
    'По батькові',
    'Дата народження',
    'Місце народження',
    'Підрозділ',
    'Звання',
  ],
  ...['Позивний', 'Особистий номер', 'Паспорт', 'РНОКПП', 'Дата полону', 'Місце полону'],
  ...['Останній звязок', 'Місце зникнення', 'Місце утримання', 'Батько', 'Прізвище матері'],
  ...['Родичі', 'Примітка'],
] as const;
/** Canaries of one row of the list, of one filing, and of the work on a proven one. */
const rowFields = 18;
const filingFields = 19;
const deskFields = 8;

/**
 * One person's row, every cell a canary; the date of capture is not the first or last of a month.
 */
function listRow(person: number): readonly string[] {
  const name = (field: number) => nameCanary(person, field);
  const { written } = birthCanary(person);
  return [
    ...[name(0), name(1), name(2), written, name(3), name(4), name(5), latinCanary(person, 6)],
    ...[digitCanary(person, 0), `КН ${digitCanary(person, 1)}`, digitCanary(person, 2)],
    ...[capturedOn(person), name(7), '', name(8), name(9), name(10), name(11), name(12), name(13)],
  ];
}

function capturedOn(person: number): string {
  return `${String(3 + (person % 23)).padStart(2, '0')}.05.2023`;
}

/** Days of capture, as a database would print them. */
export const capturedText = /2023-05-(0[3-9]|1\d|2[0-5])/;

/** Fills a real installation through its two sites, every personal field with a canary. */
export async function loadCanaries(node: Installation, load: Load): Promise<Loaded> {
  const daria = await DeskClient.signIn(node.deskUrl, node.trialCode, 'Daria');
  const families: FamilyClient[] = [];
  for (let person = 0; person < load.families; person += 1) {
    families.push(await fileOne(node, person));
  }
  const enquiryIds = await enquiriesInOrder(daria);
  for (let person = 0; person < load.proven; person += 1) {
    await prove(daria, { enquiryId: enquiryIds[person] ?? '', person });
  }
  const rows = Array.from({ length: load.people }, (_, person) => listRow(person).join(';'));
  // Every tenth row more is refused for its date, and is stored complete for its correction.
  const refused = Array.from({ length: Math.ceil(load.people / 10) }, (_, at) =>
    listRow(10_000 + at)
      .with(3, '31.02.1931')
      .join(';'),
  );
  const importId = await daria.importList({
    text: [headings.join(';'), ...rows, ...refused].join('\n'),
    fileName: `${nameCanary(0, 90)}.csv`,
    sender: 'Bureau B',
  });
  await bringOddLists(daria);
  await workAtDesk(node, daria, { families, enquiryIds, proven: load.proven });
  const canaries =
    (rows.length + refused.length) * rowFields +
    load.families * filingFields +
    load.proven * deskFields;
  return { importId, enquiryIds, canaries };
}

/** What a family may write: each field, the thread, a document with its name. */
async function fileOne(node: Installation, person: number): Promise<FamilyClient> {
  const address = `10.${person >> 8}.${person & 255}.7`;
  const family = new FamilyClient(node.familyUrl, familyOrigin, address);
  const name = (field: number) => nameCanary(person, field);
  await family.ask({
    surname: name(0),
    given: name(1),
    patronymic: name(2),
    otherNames: name(20),
    sex: 'm',
    birth: birthCanary(person).written,
    birthplace: name(3),
    motherMaidenName: name(11),
    lastSeenPlace: name(8),
    unit: name(4),
    rank: name(5),
    documentNumber: digitCanary(person, 1),
    circumstances: name(21),
    enquirerName: name(22),
    relationship: 'mother',
    phone: `+${digitCanary(person, 3)}`,
    email: `${latinCanary(person, 23)}@families.invalid`,
    address: name(24),
    callHours: name(25),
    consentAgency: 'yes',
  });
  const own = await family.get('/uk/own');
  if (own.status !== 200) throw new Error(`The family is not let in: ${own.status}`);
  await family.fill('/uk/own', { text: name(26) }, '/uk/own/thread');
  const paper = Buffer.from(`%PDF-1.4\n${name(27)} ${latinCanary(person, 28)}\n%%EOF\n`);
  await family.sendPaper(new Uint8Array(paper), `${name(29)}.pdf`);
  return family;
}

interface EnquiryRow {
  readonly enquiryId: string;
}

async function enquiriesInOrder(daria: DeskClient): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after = ''; ; ) {
    const path = `/enquiries${after ? `?after=${encodeURIComponent(after)}` : ''}`;
    const { text } = await daria.get(path, 'tracing');
    const page = JSON.parse(text) as { rows: EnquiryRow[]; nextAfter: string | null };
    ids.push(...page.rows.map((row) => row.enquiryId));
    if (!page.nextAfter) return ids;
    after = page.nextAfter;
  }
}

async function prove(daria: DeskClient, of: { enquiryId: string; person: number }): Promise<void> {
  const path = `/enquiries/${of.enquiryId}`;
  const asked = { purpose: 'verification' };
  // Free text where a code is expected would be stored in clear: refused.
  for (const means of [nameCanary(of.person, 30), latinCanary(of.person, 30)]) {
    const body = { kind: 'identity', outcome: 'proven', means };
    expectRefused(await daria.post(`${path}/check`, body, { ...asked, version: 1 }));
  }
  for (const [version, kind, means] of [
    [1, 'identity', 'passport_seen'],
    [2, 'kinship', 'birth_certificate'],
  ] as const) {
    const body = { kind, outcome: 'proven', means, kinship: 'mother' };
    const answer = await until(200, () => daria.post(`${path}/check`, body, { ...asked, version }));
    if (answer.status !== 200) throw new Error(`Not proven: ${answer.text}`);
  }
}

/** The broker's next run opens a filing; requests before that are repeated. */
async function until<Given extends Pick<Answer, 'status'>>(
  wanted: number,
  ask: () => Promise<Given>,
): Promise<Given> {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask();
    if (answer.status === wanted || tries > 40) return answer;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function expectRefused(answer: Pick<Answer, 'status' | 'text'>): void {
  if (answer.status !== 422)
    throw new Error(`Free words were taken: ${answer.status} ${answer.text}`);
}

/** A list without headings, one whose heading is a name, and one that is cancelled. */
async function bringOddLists(daria: DeskClient): Promise<void> {
  const bare = [10_900, 10_901].map((person) => listRow(person).slice(0, 4).join(';'));
  await daria.importList({
    text: bare.join('\n'),
    fileName: 'bare.csv',
    sender: 'Bureau C',
    fields: ['surname', 'given', 'patronymic', 'birth'],
  });
  const [row = ''] = [listRow(10_902).slice(0, 4).join(';')];
  const odd = `Прізвище;Імя;По батькові;Дата народження;${nameCanary(10_902, 40)}\n${row};${nameCanary(10_902, 41)}`;
  await daria.importList({ text: odd, fileName: 'odd.csv', sender: 'Bureau D' });
}

async function workAtDesk(
  node: Installation,
  daria: DeskClient,
  {
    families,
    enquiryIds,
    proven,
  }: { families: readonly FamilyClient[]; enquiryIds: readonly string[]; proven: number },
): Promise<void> {
  for (let person = 0; person < proven; person += 1) {
    const path = `/enquiries/${enquiryIds[person] ?? ''}`;
    const name = (field: number) => nameCanary(person, field);
    const contact = { kind: 'telephone', note: name(50), occurredAt: new Date().toISOString() };
    const outcome = latinCanary(person, 51);
    expectRefused(
      await daria.post(`${path}/contact`, { ...contact, outcome }, { purpose: 'tracing' }),
    );
    await done(
      daria.post(`${path}/contact`, { ...contact, outcome: 'reached' }, { purpose: 'tracing' }),
    );
    await done(daria.post(`${path}/thread`, { text: name(52) }, { purpose: 'tracing' }));
    await done(
      daria.post(
        `${path}/notices`,
        { cleared: ['search_goes_on'], text: name(53), grave: false },
        { purpose: 'notice' },
      ),
    );
    const search = { name: `${name(0)} ${name(1)}`, birth: birthCanary(person).written };
    const enquiryId = enquiryIds[person] ?? '';
    await done(daria.post('/search', search, { purpose: 'tracing', enquiryId }));
    await quarrel(daria, path, name);
  }
  await judgeOne(node, daria);
  for (const family of families.slice(0, 3)) await family.get('/uk/own/held');
}

/**
 * One relative is told first, another person puts pressure on her: the reason is a code, the words
 * are sealed.
 */
async function quarrel(
  daria: DeskClient,
  path: string,
  name: (field: number) => string,
): Promise<void> {
  const { text } = await done(daria.get(`${path}/kin`, 'notice'));
  const { version } = JSON.parse(text) as { version: number };
  const asked = { purpose: 'notice', version };
  expectRefused(await daria.post(`${path}/primary`, { reason: name(54) }, asked));
  expectRefused(await daria.post(`${path}/disputes`, { reason: name(55), note: name(56) }, asked));
  const dispute = { reason: 'third_party_pressure', note: name(57) };
  await done(daria.post(`${path}/disputes`, dispute, asked));
}

/** One proposal is confirmed by a second person, corrected, and withdrawn for a reason. */
async function judgeOne(node: Installation, daria: DeskClient): Promise<void> {
  const queue = await daria.get('/matches?state=proposed', 'tracing');
  const { rows } = JSON.parse(queue.text) as { rows: { matchId: string; version: number }[] };
  const [match] = rows;
  if (!match) throw new Error('The matcher proposed nothing.');
  const path = `/matches/${match.matchId}`;
  await done(daria.get(path, 'tracing'));
  const judged = await done(
    daria.post(`${path}/judge`, { answer: 'same' }, { purpose: 'tracing', version: match.version }),
  );
  const andriy = await DeskClient.signIn(node.deskUrl, node.trialCode, 'Andriy');
  await done(andriy.post('/trial-step-up', { code: node.trialCode }));
  const { version } = JSON.parse(judged.text) as { version: number };
  const confirmed = await done(andriy.post(`${path}/confirm`, {}, { purpose: 'tracing', version }));
  const { personId } = JSON.parse(confirmed.text) as { personId: string };
  const shown = await done(daria.get(`/persons/${personId}`, 'tracing'));
  const person = JSON.parse(shown.text) as {
    judgements: { judgementId: string; version: number }[];
    records: { recordId: string }[];
  };
  const [record] = person.records;
  const [judgement] = person.judgements;
  if (!record || !judgement) throw new Error('A person joined has records and a judgement.');
  const description = { names: [{ full: nameCanary(0, 60) }], note: nameCanary(0, 61) };
  await done(
    daria.post(
      `/records/${record.recordId}/correct`,
      { description, reason: nameCanary(0, 62) },
      { purpose: 'quality' },
    ),
  );
  const withdraw = `/judgements/${judgement.judgementId}/withdraw`;
  const asked = { purpose: 'tracing', version: judgement.version };
  expectRefused(await daria.post(withdraw, { reason: nameCanary(0, 63) }, asked));
  await done(daria.post(withdraw, { reason: 'mistake' }, asked));
}

async function done<Given extends Pick<Answer, 'status' | 'text'>>(
  asked: Promise<Given>,
): Promise<Given> {
  const answer = await asked;
  if (answer.status >= 300) throw new Error(`Refused: ${answer.status} ${answer.text}`);
  return answer;
}
