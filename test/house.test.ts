import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { citationsIn, definitionsIn } from './house/citations.ts';
import { citedPathsMissing, foldersNotNamed, missingPaths } from './house/documents.ts';
import { figures } from './house/figures.ts';
import { earlierVersions, grownLists, ratchetSizes } from './house/history.ts';
import * as language from './house/plain-words.ts';
import { ratchet } from './house/ratchet.ts';
import * as rules from './house/rules.ts';
import { listFiles, readSource, readSources, readText, root } from './house/source.ts';
import { type Catalogue, differences, pluralGaps } from './house/texts.ts';

const sources = readSources();
const languageFindings = language.findBreaches(sources);
const languageCounts = language.countByArea(languageFindings);
const languagePath = 'test/house/language-ratchet.json';
/** A new edition of the rules starts with the breaches of its day. */
const languageRatchet = JSON.parse(readText(languagePath)) as {
  readonly edition: number;
  readonly counts: language.Counts;
}; // Written by this test.

interface Case {
  readonly name: string;
  readonly rule: rules.Rule;
  /** Files that break the rule, and files that are close to it and keep it. */
  readonly bad: Readonly<Record<string, string>>;
  readonly good: Readonly<Record<string, string>>;
}

const enquiry = 'src/registry/enquiries/enquiry.ts';
const body = (lines: number) => `export function long() {\n${'  step();\n'.repeat(lines - 2)}}\n`;

const cases: readonly Case[] = [
  {
    name: 'imports point down',
    rule: rules.importsPointDown,
    bad: {
      'src/kernel/a.ts': "import { b } from '../db/b.ts';",
      'src/vault/a.ts': "import type { B } from '../db/b.ts';",
      'src/registry/records/a.ts': "import { e } from '../enquiries/enquiry.ts';",
      'src/registry/notices/a.ts': "import { e } from '../enquiries/contact-days.ts';",
      'src/family/a.ts': "import { e } from '../registry/enquiries/queries.ts';",
      'src/access/a.ts': "const b = await import('../broker/b.ts');",
      'src/db/a.ts': "type B = import('../audit/b.ts').B;",
      'src/cellar/a.ts': "import { b } from '../kernel/b.ts';",
    },
    good: {
      'src/db/a.ts': "import { b } from '../kernel/b.ts';",
      'src/registry/notices/a.ts': "import { e } from '../enquiries/enquiry.ts';",
      'src/registry/notices/b.ts': "import { m } from '../matches/match.ts';",
      'src/family/a.ts': "import { e } from '../registry/enquiries/present.ts';",
    },
  },
  {
    name: 'no files import each other in a ring',
    rule: rules.noRings,
    bad: {
      'src/kernel/a.ts': "import type { B } from './b.ts';",
      'src/kernel/b.ts': "import { a } from './a.ts';",
    },
    good: { 'src/kernel/a.ts': "import { b } from './b.ts';", 'src/kernel/b.ts': '' },
  },
  {
    name: 'cryptography, the driver and HTTP stay in their rooms',
    rule: rules.packagesInPlace,
    bad: {
      'src/audit/a.ts': "import { createHash } from 'node:crypto';",
      'src/broker/a.ts': "import pg from 'pg';",
      'src/registry/enquiries/actions.ts': "import { Hono } from 'hono';",
      'src/access/a.ts': "import { z } from '@hono/zod-openapi';",
    },
    good: {
      'src/vault/a.ts': "import { createHash } from 'node:crypto';",
      'src/registry/enquiries/routes.ts': "import { z } from '@hono/zod-openapi';",
    },
  },
  {
    name: 'connections to a database are opened in one file',
    rule: rules.connectionsInOnePlace,
    bad: {
      'src/db/a.ts': 'const client = new pg.Client({ connectionString: url });',
      'src/jobs/a.ts': 'const pool = new Pool({ max: 3 });',
    },
    good: {
      'src/db/pool.ts': 'const client = new pg.Client(options);',
      'src/db/a.ts': 'const client = newClient({ connectionString: url });',
    },
  },
  {
    name: 'each write and each protected read takes its one path',
    rule: rules.onePathEach,
    bad: {
      'src/registry/kin/commands.ts': 'await auditedWrite(ctx, about, run);',
      'src/access/a.ts': 'return auditedRead(ctx, subject, find);',
      'src/registry/kin/reads.ts': 'const opened = await ctx.broker.open(request);',
      'src/family/a.ts': 'ctx.broker.mask(request)',
    },
    good: {
      'src/access/command.ts': 'return auditedWrite(ctx, about, run);',
      'src/registry/kin/commands.ts': 'const sealed = await ctx.broker.sealMany(items);',
      'src/registry/kin/reads.ts': 'ask: ({ broker, asking }) => broker.mask({ ...asking, ids }),',
    },
  },
  {
    name: 'the desk shares no code with the product',
    rule: rules.deskAlone,
    bad: { 'desk/a.ts': "import { b } from '../src/kernel/ids.ts';" },
    good: { 'desk/a.ts': "import { b } from './b.ts';" },
  },
  {
    name: 'no transaction stays open across a call to another process',
    rule: rules.transactionsStayHome,
    bad: {
      'src/registry/enquiries/a.ts':
        'act(ctx, action, subject, async (tx) => ctx.broker.salts(ids));',
      'src/registry/enquiries/b.ts':
        'async function c(ctx: Context, tx: Db) { await ctx.broker.open(d); }',
      'src/registry/enquiries/d.ts': 'const e = { load: async (tx: Db) => fetchSalts(ctx, ids) };',
      'src/broker/a.ts':
        'inTransaction(db, rows, async (tx) => findDataKeys(parts.keystore, names));',
    },
    good: {
      'src/registry/enquiries/a.ts':
        'const sealed = await ctx.broker.sealMany(items); act(ctx, a, s, async (tx) => keep(tx, sealed));',
      'src/registry/enquiries/b.ts': 'const c = { prepare: (ctx: Context) => ctx.broker.open(d) };',
    },
  },
  {
    name: 'SQL lies in queries.ts',
    rule: rules.sqlInQueries,
    bad: {
      'src/registry/enquiries/actions.ts': 'await sql<Row>`select 1`.execute(tx);',
      'src/access/a.ts': "tx.selectFrom('staff');",
    },
    good: { 'src/registry/enquiries/queries.ts': 'await sql`select 1`.execute(tx);' },
  },
  {
    name: 'facts.ts judges nothing',
    rule: rules.policiesDoNotJudge,
    bad: {
      'src/registry/enquiries/facts.ts': 'export function may(row: Row): boolean { return true; }',
      'src/registry/notices/facts.ts': 'export function may(row: Row) { return row.told; }',
    },
    good: {
      'src/registry/enquiries/facts.ts': 'export function facts(row: Row): Facts { return row; }',
    },
  },
  {
    name: 'files have at most 500 lines',
    rule: rules.filesAreShort,
    bad: { [enquiry]: 'a();\n'.repeat(501) },
    good: { [enquiry]: 'a();\n'.repeat(500) },
  },
  {
    name: 'functions have at most 70 lines',
    rule: rules.functionsAreShort,
    bad: { [enquiry]: body(71) },
    good: { [enquiry]: body(70) },
  },
  {
    name: 'functions take at most three parameters',
    rule: rules.fewParameters,
    bad: { [enquiry]: 'export const f = (a: A, b: B, c: C, d: D) => a;' },
    good: { [enquiry]: 'export const f = (a: A, b: B, c: C) => a;' },
  },
  {
    name: 'folders go three deep at most',
    rule: rules.notDeep,
    bad: { 'src/registry/enquiries/files/old/a.ts': '' },
    good: { 'src/registry/enquiries/files/a.ts': '' },
  },
  {
    name: 'names say something',
    rule: rules.namesSaySomething,
    bad: {
      'src/kernel/utils.ts': '',
      'src/kernel/shared/words.ts': '',
      'src/kernel/a.ts': 'const userData = 1;',
      'src/kernel/b.ts': 'class KeyManager {}',
      'src/kernel/c.ts': 'interface A { readonly status: string }',
      'src/kernel/d.ts': 'function handleIt() {}',
    },
    good: {
      'src/kernel/a.ts': 'const httpStatus = 1; const dataKey = database; const processor = 2;',
    },
  },
  {
    name: 'nothing is any',
    rule: rules.noAny,
    bad: { [enquiry]: 'const a = b as any;' },
    good: { [enquiry]: 'const any = b as unknown; // any' },
  },
  {
    name: 'nothing is exported by default',
    rule: rules.noDefaultExports,
    bad: { [enquiry]: 'export default 1;', 'src/kernel/a.ts': 'export { a as default };' },
    good: { 'desk/vite.config.ts': 'export default 1;', [enquiry]: 'export const a = 1;' },
  },
  {
    name: 'every test runs, and for itself',
    rule: rules.testsRun,
    bad: {
      'src/kernel/a.test.ts': "it.skip('x', run);",
      'src/kernel/b.test.ts': "describe.only('x', run);",
      'src/kernel/c.test.ts': "it.concurrent.only('x', run);",
    },
    good: { 'src/kernel/a.test.ts': "it.each(rows)('only', ({ skip }) => page.skip(skip));" },
  },
  {
    name: 'nothing is left to do in a comment',
    rule: rules.nothingLeftToDo,
    bad: { [enquiry]: '// TO\u0044O: later' },
    good: { [enquiry]: '// TO\u0044O(#12): later' },
  },
];

const read = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([path, text]) => readSource(path, text));

/** New breaches fail, and so does an entry of the ratchet whose breach is fixed. */
function expectOnlyKnown(name: string, found: readonly string[]): void {
  const known = ratchet[name] ?? [];
  const fresh = found.filter((each) => !known.includes(each));
  const mended = known.filter((each) => !found.includes(each));
  expect({ fresh, mended }).toEqual({ fresh: [], mended: [] });
}

describe.each(cases.map((each) => [each.name, each] as const))(
  '%s',
  (name, { rule, bad, good }) => {
    it('in this repository', () => {
      expectOnlyKnown(name, rule(sources));
    });

    it('and the rule finds each breach, and nothing in what keeps it', () => {
      const files = read(bad);
      const found = rule(files);
      for (const { path } of files) {
        expect(
          found.filter((each) => each.includes(path)),
          path,
        ).not.toEqual([]);
      }
      expect(rule(read(good))).toEqual([]);
    });
  },
);

const languages = ['uk', 'ru', 'en'] as const;
const catalogues = listFiles('texts/en', (path) => path.endsWith('.json')).map((path) =>
  path.slice(9),
);
const textsOf = (language: string, file: string) =>
  JSON.parse(readText(`texts/${language}/${file}`)) as Catalogue; // Flat by the test below.

describe.each(catalogues)('the texts of %s', (file) => {
  it('have the same keys and take the same values in each language', () => {
    const all = languages.map((language) => ({ language, texts: textsOf(language, file) }));
    expect(all.flatMap((one) => all.flatMap((other) => differences(one, other)))).toEqual([]);
    for (const { texts } of all) {
      expect(
        Object.values(texts).filter((text) => typeof text !== 'string' || !text.trim()),
      ).toEqual([]);
    }
  });
});

describe('the texts', () => {
  it('have every plural form that their language needs', () => {
    const gaps = languages.flatMap((language) =>
      catalogues.flatMap((file) => pluralGaps(language, textsOf(language, file))),
    );
    expectOnlyKnown('plural forms', gaps);
  });

  it('would be found with a missing key, another value, or a missing form', () => {
    const en = { language: 'en', texts: { a: '{count} left', b: 'Two' } };
    const uk = { language: 'uk', texts: { a: '{number} left' } };
    expect(differences(en, uk)).toHaveLength(2);
    expect(differences(en, en)).toEqual([]);
    const plural = '{count, plural, one {# a} other {# b}}';
    expect(pluralGaps('en', { plural })).toEqual([]);
    expect(pluralGaps('uk', { plural })).toEqual(['uk plural lacks many, few']);
  });
});

describe('the repository', () => {
  const isText = (path: string) =>
    /\.(tsx?|mjs|js|json|md|sql|css|html|tsv|csv|ya?ml|txt|npmrc)$/.test(path);

  it('names nothing of the place it was written in', () => {
    const found = listFiles('.', isText).flatMap((path) =>
      rules.mentionsOfWorkplace(path, readText(path)),
    );
    expect(found).toEqual([]);
  });

  it('holds no marks of a merge that nobody finished', () => {
    const isOurs = (path: string) => isText(path) || path === '.ci/run';
    const found = listFiles('.', isOurs).flatMap((path) =>
      rules.unsettledChanges(path, readText(path)),
    );
    expect(found).toEqual([]);
    expect(listFiles('.', isOurs)).toContain('.ci/run');
    expect(rules.unsettledChanges('a', `one\n${'<'.repeat(7)} HEAD`)).toEqual(['a:2']);
  });

  it('would be found if it did', () => {
    const named = [
      `cd /wo${'rk'}/main`,
      `"https://registry.npm${'js'}.org/a"`,
      `in this sit${'ting'}`,
    ];
    for (const text of named) expect(rules.mentionsOfWorkplace('a', text)).toEqual(['a:1']);
    expect(rules.mentionsOfWorkplace('a', "from '../api/work-shapes.ts'; /desk/work")).toEqual([]);
  });

  it('defines every requirement, ruling and article that it cites', () => {
    const documents = listFiles('docs/requirements', (path) => path.endsWith('.md'));
    const defined = new Set(documents.flatMap((path) => [...definitionsIn(readText(path))]));
    expect(defined.size).toBeGreaterThan(200);
    const unknown = listFiles('.', isText).flatMap((path) =>
      citationsIn(readText(path))
        .filter(({ id }) => !defined.has(id))
        .map(({ id, line }) => `${path}:${line} ${id}`),
    );
    expect(unknown).toEqual([]);
  });

  it('would find a citation without a definition', () => {
    const text = `See R-${45}, settled ${13}, domain ${'4.3'} and GC III ${122}.`;
    const ids = citationsIn(text).map(({ id }) => id);
    expect(ids).toEqual(['R-45', 'ruling 13', 'domain 4.3', 'GC III 122']);
    const defined = definitionsIn('| R-45 | x |\n| GC III 122 | x |\n- **ruling 13.** x');
    expect(ids.filter((id) => !defined.has(id))).toEqual(['domain 4.3']);
  });

  it('cites only files that exist, and ARCHITECTURE names every folder', () => {
    expect(citedPathsMissing(sources)).toEqual([]);
    expect(foldersNotNamed(sources)).toEqual([]);
    const text = 'See `src/db/pool.ts`, `db/pool.ts`, `docs/none.md` and `<module>/routes.ts`.';
    const exists = (path: string) => path === 'src/db/pool.ts';
    expect(missingPaths('README.md', text, exists)).toEqual(['README.md:1 docs/none.md']);
  });

  it('answers the fifteen questions with numbers', () => {
    const answers = figures(sources, languageCounts);
    process.stdout.write(`${answers.map((answer) => `  ${answer}`).join('\n')}\n`);
    expect(answers).toHaveLength(15);
    expect(answers.filter((answer) => /NaN|undefined|-?Infinity/.test(answer))).toEqual([]);
  });
});

describe('the ratchet', () => {
  it('is no longer than in the commits before', () => {
    const current = ratchetSizes(readText('test/house/ratchet.ts'));
    for (const earlier of earlierVersions('test/house/ratchet.ts')) {
      expect(grownLists(current, ratchetSizes(earlier))).toEqual([]);
    }
    expect(current.size).toBe(Object.keys(ratchet).length);
  });

  it('would be found longer, and may start a list for a new rule', () => {
    const sizes = (text: string) => ratchetSizes(`export const ratchet = { ${text} };`);
    const previous = sizes("'a rule': ['one'], other: ['one', 'two']");
    expect(grownLists(sizes("'a rule': ['one', 'two'], other: []"), previous)).toHaveLength(1);
    expect(grownLists(sizes("'a rule': ['one'], newest: ['one']"), previous)).toEqual([]);
  });
});

describe('the language', () => {
  it(`is plain: no sentence over ${language.sentenceWordsMax} words, no banned word or name`, () => {
    const { more } = language.changedCounts(languageRatchet.counts, languageCounts);
    const isNew = ({ path, kind }: language.Finding) =>
      more.some((line) => line.startsWith(`${language.areaOf(path)} ${kind}:`));
    expect(languageFindings.filter(isNew).map(language.describeFinding)).toEqual([]);
    if (process.env.HOMEWARD_RATCHET === 'lower') lowerLanguageRatchet();
  });

  it('has no higher counts than in the commits before', () => {
    const sum = language.totals(languageRatchet.counts);
    for (const text of earlierVersions(languagePath)) {
      const earlier = JSON.parse(text) as typeof languageRatchet; // Written by this test.
      if (earlier.edition !== languageRatchet.edition) continue;
      const before = language.totals(earlier.counts);
      for (const kind of language.kinds) expect(sum[kind], kind).toBeLessThanOrEqual(before[kind]);
    }
  });

  it('would be found unplain', () => {
    const long = `${'word '.repeat(36)}end.`;
    const code = `// ${long}\n// Whoever asks.\nconst lapse = 1; // Plain.\n`;
    const found = language.breachesInCode(readSource('src/kernel/a.ts', code));
    expect(found.map(({ kind }) => kind)).toEqual(['sentences', 'words', 'names']);
    const document = `# A title\n\n- ${long}\n\n| nobody | plain |\n\n\`\`\`\nwhoever\n\`\`\`\n`;
    const passages = language.documentPassages(document);
    expect(language.breachesIn('a.md', passages).map(({ line }) => line)).toEqual([3, 5]);
    expect(language.sentencesOf('One. Two e.g. three? «Four!» Five')).toHaveLength(4);
    const counts = language.countByArea(found);
    expect(language.changedCounts({}, counts).more).toHaveLength(3);
    expect(language.changedCounts(counts, {}).fewer).toHaveLength(3);
  });
});

/** Writes the counts of today; counts that rose have failed before. */
function lowerLanguageRatchet(): void {
  const text = JSON.stringify({ ...languageRatchet, counts: languageCounts }, null, 2);
  writeFileSync(join(root, languagePath), `${text}\n`);
}
