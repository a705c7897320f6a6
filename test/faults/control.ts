import { compare, type Verdict } from './check.ts';
import type { Ledger } from './ledger.ts';
import type { Installation } from './node.ts';

interface Harm {
  readonly name: string;
  readonly found: keyof Verdict;
  readonly statement: string;
}

/**
 * The negative control: the superuser damages the data directly, after all checks have passed.
 * Returns the damage that the comparison does not find.
 */
export async function spoil(node: Installation, ledger: Ledger): Promise<readonly string[]> {
  let before = await compare(node, ledger);
  const missed: string[] = [];
  for (const harm of harms(ledger)) {
    // Keys and triggers would refuse it.
    await node.inspect(`set session_replication_role = replica; ${harm.statement}`);
    const after = await compare(node, ledger);
    if (after[harm.found].length <= before[harm.found].length) missed.push(harm.name);
    before = after;
  }
  return missed;
}

/** Ids come from the ledger: they consist of hexadecimal digits and hyphens. */
export function harms(ledger: Ledger): readonly Harm[] {
  const filings = [...ledger.filings.values()].filter((each) => each.acknowledged);
  const [gone, twice] = [filings.at(0)?.enquiryId, filings.at(-1)?.enquiryId];
  const [notice, other] = [[...ledger.notices.keys()].at(0), [...ledger.notices.keys()].at(-1)];
  const [judgement, second] = [[...ledger.confirmed].at(0), [...ledger.confirmed].at(-1)];
  // The database accepts only one for the same pair.
  const besides = `, 'left_record_id', '00000000-0000-4000-8000-000000000000'`;
  const copied = (table: string, row: string, other = '') =>
    `insert into ${table} select (jsonb_populate_record(t,
      jsonb_build_object('id', gen_random_uuid()${other}))).* from ${table} t where ${row} limit 1`;
  const all: readonly Harm[] = [
    {
      name: 'a filing lost',
      found: 'lost',
      statement: `delete from family_files where enquiry_id = '${gone}';
        delete from enquiries where id = '${gone}'`,
    },
    {
      name: 'a filing doubled',
      found: 'doubled',
      statement: copied('enquiries', `id = '${twice}'`),
    },
    {
      name: 'a notice lost',
      found: 'lost',
      statement: `delete from notices where id = '${notice}'`,
    },
    { name: 'a notice doubled', found: 'doubled', statement: copied('notices', `id = '${other}'`) },
    {
      name: 'a judgement lost',
      found: 'lost',
      statement: `delete from judgements where match_id = '${judgement}'`,
    },
    {
      name: 'a judgement doubled',
      found: 'doubled',
      statement: copied('judgements', `match_id = '${second}'`, besides),
    },
  ];
  // A run of a single fault may be over before there is a judgement or a notice.
  return all.filter((harm) => !harm.statement.includes('undefined'));
}
