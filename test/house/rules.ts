import ts from 'typescript';
import { type Source, walk } from './source.ts';

/** A rule checks the given files: one line for each breach, with its place. */
export type Rule = (sources: readonly Source[]) => readonly string[];

const rooms = [
  ...['kernel', 'db', 'vault', 'audit', 'access', 'jobs', 'matching', 'sandbox'],
  ...['collections', 'broker', 'registry', 'screens'],
  ...['relay', 'family', 'http', 'demo', 'supervisor', 'commands', 'main.ts'],
];
const nouns = [
  ...['places', 'sources', 'records', 'persons', 'events', 'evidence', 'claims', 'channels'],
  ...['enquiries', 'kin', 'notifications', 'matches', 'notices', 'messages', 'parcels', 'visits'],
  ...['commissions', 'remains', 'incidents', 'rounds', 'obligations'],
];
/** Layers that import only the kernel. */
const alone = new Set(['vault', 'matching']);

const product = (sources: readonly Source[]) =>
  sources.filter((source) => source.path.startsWith('src/') && !source.isTest);

/**
 * A layer imports only layers before it, a module only modules before it and their public files.
 */
export const importsPointDown: Rule = (sources) =>
  product(sources).flatMap(({ path, imports }) => {
    const targets = new Set(imports.flatMap(({ target }) => target ?? []));
    return [...targets].flatMap((target) => {
      const why = refusalOf(path, target);
      return why ? [`${path} imports ${target}: ${why}`] : [];
    });
  });

function refusalOf(from: string, to: string): string | null {
  if (!to.startsWith('src/')) return to.startsWith('texts/') ? null : 'it is outside src';
  const [fromRoom, toRoom] = [roomOf(from), roomOf(to)];
  if (fromRoom === 'config.ts' || toRoom === 'config.ts') return null;
  const [fromRank, toRank] = [rooms.indexOf(fromRoom), rooms.indexOf(toRoom)];
  if (fromRank < 0 || toRank < 0) return 'a room that the house does not know';
  // The one list of modules names those above it too; nothing else of it is upward.
  if (from === 'src/registry/modules.ts' && fileOf(to) === 'module.ts') return null;
  if (toRank > fromRank) return 'upward';
  if (alone.has(fromRoom) && toRoom !== fromRoom && toRoom !== 'kernel') return 'kernel only';
  if (toRoom !== 'registry') return null;
  return fromRoom === 'registry' ? refusalBetweenNouns(from, to) : refusalOfReader(fromRoom, to);
}

function refusalBetweenNouns(from: string, to: string): string | null {
  const [fromNoun = '', toNoun = ''] = [from, to].map((path) => path.split('/')[2]);
  // The list of modules names all of them; what a module is made of belongs to none.
  if (fromNoun === toNoun || fromNoun === 'modules.ts' || toNoun === 'module.ts') return null;
  if (nouns.indexOf(toNoun) < 0) return 'a noun that the house does not know';
  if (nouns.indexOf(toNoun) > nouns.indexOf(fromNoun)) return 'upward among the nouns';
  const open = [`${singular(toNoun)}.ts`, 'queries.ts', 'actions.ts', ...declarations];
  return open.includes(fileOf(to)) ? null : 'not a public file of that noun';
}

/** What a module declares; a later one may open what an earlier one sealed. */
const declarations = ['permissions.ts', 'sealed.ts', 'facts.ts', 'import-jobs.ts'];

function refusalOfReader(room: string, to: string): string | null {
  if (room !== 'family') return null;
  return ['actions.ts', 'present.ts'].includes(fileOf(to)) ? null : 'family takes actions, present';
}

/** The layer of a file; for a file directly in `src`, its own name. */
function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function fileOf(path: string): string {
  return path.split('/').at(-1) ?? '';
}

function singular(noun: string): string {
  if (noun.endsWith('ies')) return `${noun.slice(0, -3)}y`;
  return noun.endsWith('ches') ? noun.slice(0, -2) : noun.replace(/s$/, '');
}

/** No cycles of imports, types included: files that import each other are one unit. */
export const noRings: Rule = (sources) => {
  const targets = new Map(
    sources.map(({ path, imports }) => [path, imports.flatMap(({ target }) => target ?? [])]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const rings: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done' || !targets.has(path)) return;
    if (state.get(path) === 'open') {
      rings.push([...trail.slice(trail.indexOf(path)), path].join(' > '));
      return;
    }
    state.set(path, 'open');
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of targets.keys()) visit(path, []);
  return rings;
};

const packagePlaces: readonly (readonly [RegExp, RegExp, string])[] = [
  [/^(node:)?crypto$/, /^src\/vault\//, 'cryptography is in the vault'],
  [/^pg$/, /^src\/db\//, 'the database driver is in db'],
  [
    /^(hono|@hono\/.*)(\/|$)/,
    /^src\/(family|http)\/|(\/|-)routes?\.tsx?$/,
    'only routes know HTTP',
  ],
];

/** Outside packages are imported only in their fixed places. */
export const packagesInPlace: Rule = (sources) =>
  product(sources).flatMap((source) =>
    source.imports.flatMap(({ specifier }) =>
      packagePlaces
        .filter(([name, place]) => name.test(specifier) && !place.test(source.path))
        .map(([, , why]) => `${source.path} imports ${specifier}: ${why}`),
    ),
  );

/** The desk is a client without privilege: it shares no code with the product. */
export const deskAlone: Rule = (sources) =>
  sources
    .filter(({ path, isTest }) => path.startsWith('desk/') && !isTest)
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => target?.startsWith('src/'))
        .map(({ target }) => `${path} imports ${target}`),
    );

const opensConnection = /\bnew (pg\.)?(Pool|Client)\(\s*[{\w]/;

/**
 * Connections to a database are opened in one file, which gives each an error listener: one that
 * breaks without it ends the process.
 */
export const connectionsInOnePlace: Rule = (sources) =>
  product(sources)
    .filter(({ path, text }) => path !== 'src/db/pool.ts' && opensConnection.test(text))
    .map(({ path }) => path);

const brokerCall = /\.(broker|keystore|ring)\b|\bfetchSalts\(/;

/**
 * No transaction remains open across a call to another process: a function that is given a
 * transaction names neither the broker nor the keystore. At run time `requireNoTransaction` checks
 * the same.
 */
export const transactionsStayHome: Rule = (sources) =>
  product(sources).flatMap(({ path, tree }) =>
    [...walk(tree)].flatMap((node) => {
      if (!ts.isFunctionLike(node)) return [];
      const takesOne = node.parameters.some(({ name }) => name.getText() === 'tx');
      if (!takesOne || !brokerCall.test(node.getText())) return [];
      return [`${path} ${node.name?.getText() ?? firstLineOf(node)}`];
    }),
  );

function firstLineOf(node: ts.Node): string {
  return node.getText().split('\n', 1)[0] ?? '';
}

const sqlTag = /\bsql(<[^`]*>)?`|\.(selectFrom|insertInto|updateTable|deleteFrom)\(/;

/** SQL belongs in `queries.ts`; `db` is about databases and may hold its own. */
export const sqlInQueries: Rule = (sources) =>
  product(sources)
    .filter(({ path }) => !/(\/|-)queries\.ts$/.test(path) && roomOf(path) !== 'db')
    .filter(({ text }) => sqlTag.test(text))
    .map(({ path }) => path);

const auditedPaths = /\b(auditedWrite|auditedPreparedWrite|auditedRead)\b/;
const opensBeside = /\bctx\.broker\.(open|mask|maskMatches|search|openMatch|adoptIntake)\b/g;

/**
 * Only `command` writes protected rows and only `protectedRead` reads them: the audited paths beneath
 * are named nowhere else, and no code asks the broker to open anything beside a read's own call.
 */
export const onePathEach: Rule = (sources) =>
  product(sources).flatMap(({ path, text }) => {
    const isPath = /^src\/(access\/command|audit\/(read|write))\.ts$/.test(path);
    const named = !isPath && auditedPaths.test(text) ? [`${path} names an audited path`] : [];
    // A read is handed `broker` by its own call; `ctx.broker` would open beside it.
    const opened = isPath ? [] : (text.match(opensBeside) ?? []);
    return [...named, ...opened.map((call) => `${path} calls ${call}`)];
  });

/**
 * A `facts.ts` states facts and decides nothing: each function declares its type, and none returns
 * a boolean.
 */
export const policiesDoNotJudge: Rule = (sources) =>
  product(sources)
    .filter(({ path }) => /^src\/registry\/[^/]+\/facts\.ts$/.test(path))
    .flatMap(({ path, tree }) =>
      [...walk(tree)].flatMap((node) => {
        if (!ts.isFunctionDeclaration(node)) return [];
        const type = node.type?.getText() ?? 'boolean';
        return /\b(boolean|true|false|is)\b/.test(type) ? [`${path} ${node.name?.text}`] : [];
      }),
    );

const limits = { fileLines: 500, functionLines: 70, parameters: 3, depth: 3 } as const;

/** Files of at most 500 lines. */
export const filesAreShort: Rule = (sources) =>
  sources.filter(({ lines }) => lines > limits.fileLines).map(({ path }) => path);

/** Functions of at most 70 lines; tests may be longer. */
export const functionsAreShort: Rule = (sources) =>
  sources
    .filter(({ isTest }) => !isTest)
    .flatMap(({ path, functions }) =>
      functions
        .filter(({ lines }) => lines > limits.functionLines)
        .map(({ name }) => `${path} ${name}`),
    );

/** At most three parameters: the context first, then one input. */
export const fewParameters: Rule = (sources) =>
  sources
    .filter(({ isTest }) => !isTest)
    .flatMap(({ path, functions }) =>
      functions
        .filter(({ parameters }) => parameters > limits.parameters)
        .map(({ name }) => `${path} ${name}`),
    );

/** Folders below `src` are at most three deep. */
export const notDeep: Rule = (sources) =>
  sources
    .filter(({ path }) => path.startsWith('src/') && path.split('/').length - 2 > limits.depth)
    .map(({ path }) => path);

const banned = [
  'manager',
  'service',
  'helper',
  'util',
  'utils',
  'info',
  'data',
  'handle',
  'process',
  'entity',
];
/** Persons are never merged; parts of an index are. */
const bannedForPersons = ['merge', 'merged'];
const indexFolders = /^src\/(matching|collections)\//;
const bannedFolders = ['utils', 'common', 'helpers', 'shared', 'misc', 'v2'];

/** Names are specific; these words are not. `status` may only be part of a name. */
export const namesSaySomething: Rule = (sources) =>
  sources.flatMap(({ path, names }) => {
    const places = path.replace(/\.[^/]*$/, '').split('/');
    const words = [...banned, ...(indexFolders.test(path) ? [] : bannedForPersons)];
    const named = [...new Set([...names, ...places])].filter((name) => isBanned(name, words));
    const kept = places.filter((place) => bannedFolders.includes(place));
    return [...new Set([...named, ...kept])].map((name) => `${path} ${name}`);
  });

function isBanned(name: string, refused: readonly string[]): boolean {
  const words = name
    .replace(/process-?supervisor/i, 'supervisor') // The industry's term for what restarts processes.
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  // "Data key" is a term of cryptography, "data folder" one of operating systems.
  const term = /^#?data(Keys?|Folder|Root|Directory)/.test(name) || /DataKeys?$/.test(name);
  if (term) return false;
  return name === 'status' || words.some((word) => refused.includes(word));
}

/** `any` switches off the checks for later readers. */
export const noAny: Rule = (sources) =>
  sources.flatMap(({ path, tree }) =>
    [...walk(tree)]
      .filter((node) => node.kind === ts.SyntaxKind.AnyKeyword)
      .map((node) => `${path}:${tree.getLineAndCharacterOfPosition(node.pos).line + 1}`),
  );

/** A thing has one name, wherever it is imported. */
export const noDefaultExports: Rule = (sources) =>
  sources
    .filter(({ path, isTest }) => !isTest && !/^desk\/vite\.config/.test(path))
    .filter(({ text }) => /^export (default\b|\{[^}]*\bas default\b)/m.test(text))
    .map(({ path }) => path);

/** A skipped test proves nothing. */
export const testsRun: Rule = (sources) =>
  sources
    .filter(({ path }) => /\.test\.tsx?$/.test(path))
    .flatMap(({ path, tree }) =>
      [...walk(tree)].flatMap((node) => {
        if (!ts.isPropertyAccessExpression(node)) return [];
        const text = node.getText();
        return /^(it|test|describe|suite)(\.\w+)*\.(skip|only|todo|fails|skipIf|runIf)$/.test(text)
          ? [`${path} ${text}`]
          : [];
      }),
    );

/** Open work is an issue, not a comment. */
export const nothingLeftToDo: Rule = (sources) =>
  sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, at) =>
        /\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b(?!\(#\d+\))/.test(line) ? [`${path}:${at + 1}`] : [],
      ),
  );

/** Written in parts, so that this file does not break its own rule. */
const workplace = [
  ['(^|[\\s"\'`(=:])/wor', 'k(/|\\b)(?!-)'],
  ['registry\\.(npm', 'js|yarn)|verd', 'accio|artif', 'actory'],
  ['in this sit', 'ting|another sess', 'ion of the project'],
].map((parts) => parts.join(''));

/** The repository is self-contained: it names nothing of the place where it was written. */
export function mentionsOfWorkplace(path: string, text: string): readonly string[] {
  const found = new RegExp(workplace.join('|'), 'i');
  return text.split('\n').flatMap((line, at) => (found.test(line) ? [`${path}:${at + 1}`] : []));
}

/** Conflict markers of an unfinished merge. */
export function unsettledChanges(path: string, text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line, at) => (/^(?:<{7}|>{7}) /.test(line) ? [`${path}:${at + 1}`] : []));
}
