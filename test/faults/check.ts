import { hashCode } from '../../src/registry/enquiries/file-code.ts';
import type { Colleague } from './colleague.ts';
import type { Door } from './door.ts';
import { Family } from './family.ts';
import { type EffectKind, effectKinds, type Ledger } from './ledger.ts';
import type { Installation } from './node.ts';

const tableOf: Readonly<Record<EffectKind, string>> = {
  thread: 'thread_entries',
  paper: 'family_papers',
  check: 'checks',
  contact: 'contacts',
  notice: 'notices',
};
/** The timetable and a told notice write contacts of their own; the load's are calls. */
const onlyOf: Readonly<Partial<Record<EffectKind, string>>> = {
  contact: "where outcome = 'reached'",
};
const noticeSteps = ['draft', 'awaiting_approval', 'approved', 'told'] as const;

export interface Verdict {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

interface Finding {
  readonly lost: string[];
  readonly doubled: string[];
}

/**
 * Compares the database with the ledger. Call it while nothing is in progress, or else with the
 * ledger's open entries: requests without an answer may have had an effect or not.
 */
export async function compare(node: Installation, ledger: Ledger): Promise<Verdict> {
  const found: Finding = { lost: [], doubled: [] };
  // Copied first: later acknowledgements are checked next time.
  const acknowledged = [...ledger.filings.values()].filter((each) => each.acknowledged);
  const counts = effectKinds.map(
    (kind) =>
      [
        kind,
        [...ledger.countsOf(kind)].map(([subject, count]) => ({ subject, ...count })),
      ] as const,
  );
  const notices = [...ledger.notices.values()];
  const judged = [...ledger.judged];
  const confirmed = [...ledger.confirmed];
  const lists = [...ledger.lists.values()].filter((each) => each.done);

  await compareFilings(node, { ledger, acknowledged }, found);
  for (const [kind, known] of counts) await compareCounts(node, { kind, known, ledger }, found);
  await compareNotices(node, notices, found);
  await compareJudgements(node, { ledger, judged, confirmed }, found);
  await compareLists(node, lists, found);
  return found;
}

async function compareFilings(
  node: Installation,
  { ledger, acknowledged }: { ledger: Ledger; acknowledged: { fileCode: string }[] },
  found: Finding,
): Promise<void> {
  const rows = await node.inspect<{ code: string; enquiry: string; enquiries: string }>(`
    select encode(f.code_hash, 'hex') as code, f.enquiry_id as enquiry, count(e.id) as enquiries
    from family_files f left join enquiries e on e.id = f.enquiry_id group by 1, 2`);
  const byCode = new Map<string, number>();
  for (const { code, enquiries } of rows) {
    byCode.set(code, (byCode.get(code) ?? 0) + Number(enquiries));
  }
  for (const { fileCode } of acknowledged) {
    const count = byCode.get(hashCode(fileCode).toString('hex')) ?? 0;
    if (count === 0) found.lost.push(`filing ${fileCode.slice(0, 4)}`);
  }
  // Every request is known by its code; any other row is a duplicate.
  const sent = new Set(
    [...ledger.filings.values()].map(({ fileCode }) => hashCode(fileCode).toString('hex')),
  );
  for (const [code, count] of byCode) {
    if (!sent.has(code) || count > 1) found.doubled.push(`filing ${code.slice(0, 8)}`);
  }
  const bare = await node.inspect<{ id: string }>(
    'select id from enquiries where id not in (select enquiry_id from family_files)',
  );
  for (const { id } of bare) found.doubled.push(`enquiry ${id}`);
}

async function compareCounts(
  node: Installation,
  of: {
    readonly kind: EffectKind;
    readonly known: readonly { subject: string; acknowledged: number }[];
    readonly ledger: Ledger;
  },
  found: Finding,
): Promise<void> {
  const rows = await node.inspect<{ enquiry: string; count: string }>(
    `select enquiry_id as enquiry, count(*) from ${tableOf[of.kind]} ${onlyOf[of.kind] ?? ''}
     group by 1`,
  );
  const counted = new Map(rows.map((row) => [row.enquiry, Number(row.count)]));
  for (const { subject, acknowledged } of of.known) {
    if ((counted.get(subject) ?? 0) < acknowledged) found.lost.push(`${of.kind} of ${subject}`);
  }
  for (const [subject, count] of counted) {
    // Read after the rows: every request before them is in the ledger by now.
    const sent = of.ledger.countsOf(of.kind).get(subject) ?? { acknowledged: 0, open: 0 };
    if (count > sent.acknowledged + sent.open) found.doubled.push(`${of.kind} of ${subject}`);
  }
}

async function compareNotices(
  node: Installation,
  notices: readonly { noticeId: string; step: (typeof noticeSteps)[number] }[],
  found: Finding,
): Promise<void> {
  const rows = await node.inspect<{ id: string; state: (typeof noticeSteps)[number] }>(
    'select id, state from notices',
  );
  const states = new Map(rows.map(({ id, state }) => [id, state]));
  for (const { noticeId, step } of notices) {
    const state = states.get(noticeId);
    if (!state || noticeSteps.indexOf(state) < noticeSteps.indexOf(step)) {
      found.lost.push(`notice ${noticeId}: ${step} was acknowledged, it is ${state ?? 'gone'}`);
    }
  }
}

async function compareJudgements(
  node: Installation,
  { ledger, judged, confirmed }: { ledger: Ledger; judged: string[]; confirmed: string[] },
  found: Finding,
): Promise<void> {
  const matches = await node.inspect<{ id: string; state: string; judgements: string }>(`
    select m.id, m.state, (select count(*) from judgements j where j.match_id = m.id) as judgements
    from matches m where m.state <> 'proposed' or exists
      (select from judgements j where j.match_id = m.id)`);
  const byId = new Map(matches.map((match) => [match.id, match]));
  for (const id of judged) if (!byId.has(id)) found.lost.push(`first judgement of ${id}`);
  for (const id of confirmed) {
    const match = byId.get(id);
    if (match?.state !== 'confirmed' || Number(match.judgements) === 0) {
      found.lost.push(`second judgement of ${id}`);
    }
  }
  for (const { id, judgements } of matches) {
    const most = ledger.confirming.has(id) ? 1 : 0;
    if (Number(judgements) > most) found.doubled.push(`judgement of ${id}`);
  }
}

async function compareLists(
  node: Installation,
  lists: readonly { sender: string; rows: number }[],
  found: Finding,
): Promise<void> {
  const rows = await node.inspect<{ sender: string; records: string; lines: string }>(`
    select d.label as sender, count(r.id) as records, count(distinct r.line) as lines
    from senders d join sources s on s.sender_id = d.id join records r on r.source_id = s.id
    group by 1`);
  const bySender = new Map(rows.map((row) => [row.sender, row]));
  for (const list of lists) {
    const records = Number(bySender.get(list.sender)?.records ?? 0);
    if (records < list.rows) found.lost.push(`${list.rows - records} rows of ${list.sender}`);
    if (records > list.rows) found.doubled.push(`${records - list.rows} rows of ${list.sender}`);
  }
}

/**
 * Families whose filing was acknowledged sign in and see their own page; returns those who cannot.
 */
export async function enterAgain(
  at: { readonly family: Door; readonly ledger: Ledger },
  most: number,
): Promise<{ readonly entered: number; readonly refused: readonly string[] }> {
  const open = [...at.ledger.filings.values()].filter((each) => each.open);
  const step = Math.max(1, Math.floor(open.length / most));
  const refused: string[] = [];
  let entered = 0;
  for (let index = open.length - 1; index >= 0 && entered < most; index -= step) {
    const filing = open[index];
    if (!filing) break;
    const family = new Family(at.family, at.ledger);
    const isIn = (await family.signIn(filing)) && (await family.readOwn()).code === 200;
    entered += 1;
    if (!isIn) refused.push(`filing ${filing.fileCode.slice(0, 4)} is not let in`);
  }
  return { entered, refused };
}

/** Verifies the log at the desk, as its auditor does. */
export async function verifyLog(auditor: Colleague): Promise<{ ok: boolean; size: number }> {
  const command = { path: '/audit/verify', body: {}, purpose: 'audit', waitMs: 120_000 };
  const answer = await auditor.command(command);
  if (answer.code !== 200) return { ok: false, size: 0 };
  return JSON.parse(answer.text) as { ok: boolean; size: number }; // A `LogVerdict`.
}
