import ts from 'typescript';
import { citedPathsMissing, foldersNotNamed } from './documents.ts';
import { costOfNewestModule, git } from './history.ts';
import { type Counts, totals } from './plain-words.ts';
import * as rules from './rules.ts';
import { readText, type Source, walk } from './source.ts';

/** The fifteen questions of the style guide (section 15), as far as a program can answer them. */
export function figures(sources: readonly Source[], language: Counts): readonly string[] {
  const product = sources.filter(({ isTest, path }) => !isTest && path !== 'src/db/tables.ts');
  const inSrc = product.filter(({ path }) => path.startsWith('src/'));
  const functions = product.flatMap((source) => source.functions);
  const folders = perFolder(inSrc);
  const upward = rules.importsPointDown(sources).length;
  const fileLines = spread(product.map(({ lines }) => lines));
  const functionLines = spread(functions.map(({ lines }) => lines));
  const parameters = spread(functions.map((each) => each.parameters));
  const deepest = Math.max(...inSrc.map(({ path }) => path.split('/').length - 2));
  const words = totals(language);
  return [
    ` 1. newest module: ${cost(modulesOf(inSrc))}`,
    ` 2. imports upward or past a public file ${upward}; import cycles ${rules.noRings(sources).length}`,
    ` 3. file lines: ${fileLines}`,
    ` 4. function lines: ${functionLines}; parameters: ${parameters}`,
    ` 5. folders below src: deepest ${deepest}; files per folder: min ${Math.min(...folders.values())}, ${spread([...folders.values()])}`,
    ` 6. modules that have ${sameFiles(inSrc)}`,
    ` 7. banned names ${rules.namesSaySomething(sources).length + words.names}; banned words ${words.words}; sentences over 35 words ${words.sentences}`,
    ` 8. files that write rows outside queries ${count(inSrc, isStrayWrite)}; calls of the broker in a transaction ${rules.transactionsStayHome(sources).length}; other parts: test/safety`,
    ` 9. routes that answer with a row ${count(inSrc, isRawAnswer)}; bodies read without a schema ${count(routesOf(inSrc), isUnparsedBody)} in ${routesOf(inSrc).length} route files`,
    `10. files with SQL outside queries.ts ${rules.sqlInQueries(sources).length}; queries in loops ${count(inSrc, isQueryInLoop)}; lists without a page ${unpagedLists(inSrc)}; foreign keys without an index ${unindexedKeys()}`,
    `11. any ${rules.noAny(sources).length}; casts ${count(product, isCast)}, without a comment ${count(product, isUnprovedCast)}; catches ${count(inSrc, ts.isCatchClause)}, that neither translate nor use the error ${count(inSrc, isSwallowingCatch)}`,
    `12. test files ${testFiles(sources).length}; route tests that begin with a refusal ${refusalsFirst(sources)}; mocks ${mocks(sources)}; processor seconds: the last line of npm test`,
    `13. comment share ${share(product)} %; why-comments per 1,000 lines ${whyComments(product)}; left to do ${rules.nothingLeftToDo(sources).length}; lint off per 1,000 lines ${lintOff(product)}`,
    `14. commands from clone to running ${startCommands()} (seconds: npm run bench:start); folders that ARCHITECTURE does not name ${foldersNotNamed(inSrc).length}; cited paths that do not exist ${citedPathsMissing(sources).length}`,
    `15. calls of the older command path ${count(inSrc, isOlderPath)}; of the last 50 commits with a body ${bodies()}`,
  ];
}

function cost(modules: readonly string[]): string {
  const newest = costOfNewestModule(modules);
  if (!newest) return 'no history here';
  const { name, files, folders } = newest;
  return `${name} changed ${files} files in ${folders} folders outside its own`;
}

function spread(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((one, other) => one - other);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return `median ${at(0.5)}, p95 ${at(0.95)}, max ${sorted.at(-1)} of ${sorted.length}`;
}

function perFolder(sources: readonly Source[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { path } of sources) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return counts;
}

function modulesOf(sources: readonly Source[]): readonly string[] {
  const names = sources.flatMap(({ path }) => path.match(/^src\/registry\/([^/]+)\//)?.[1] ?? []);
  return [...new Set(names)];
}

/** How many modules have each of the files that the style guide names (section 3). */
function sameFiles(sources: readonly Source[]): string {
  const paths = new Set(sources.map(({ path }) => path));
  const modules = modulesOf(sources);
  const files = ['module', 'facts', 'queries', 'commands', 'reads', 'present', 'routes', 'jobs'];
  const having = files.map((file) => {
    const held = modules.filter((name) => paths.has(`src/registry/${name}/${file}.ts`));
    return `${file}.ts ${held.length}`;
  });
  return `${having.join(', ')} of ${modules.length}`;
}

function routesOf(sources: readonly Source[]): readonly Source[] {
  return sources.filter(({ path }) => /(\/|-)routes\.tsx?$/.test(path));
}

function testFiles(sources: readonly Source[]): readonly Source[] {
  return sources.filter(({ path }) => /\.test\.tsx?$/.test(path));
}

function count(sources: readonly Source[], is: (node: ts.Node) => boolean): number {
  return sources.flatMap(({ tree }) => [...walk(tree)].filter(is)).length;
}

const writes = new Set(['insertInto', 'updateTable', 'deleteFrom']);

function isStrayWrite(node: ts.Node): boolean {
  if (!ts.isPropertyAccessExpression(node) || !writes.has(node.name.text)) return false;
  return !/(\/|-)queries\.ts$|^src\/db\//.test(node.getSourceFile().fileName);
}

/** An answer that spreads a row instead of naming its fields. */
function isRawAnswer(node: ts.Node): boolean {
  if (!ts.isSpreadAssignment(node)) return false;
  return /\/present\.ts$/.test(node.getSourceFile().fileName) && /\brow$/i.test(node.getText());
}

function isUnparsedBody(node: ts.Node): boolean {
  return ts.isCallExpression(node) && /\.req\.(json|parseBody|formData|text)$/.test(callee(node));
}

function callee(node: ts.CallExpression): string {
  return node.expression.getText();
}

/** An awaited call on a transaction inside a loop: each iteration goes to the database. */
function isQueryInLoop(node: ts.Node): boolean {
  if (!ts.isAwaitExpression(node) || !/\(\s*tx\b|^await tx\b/.test(node.getText())) return false;
  for (let above = node.parent; above; above = above.parent) {
    if (ts.isFunctionLike(above)) return false;
    if (ts.isForOfStatement(above) || ts.isForStatement(above) || ts.isWhileStatement(above))
      return true;
  }
  return false;
}

/** Exported `list…` queries that have neither a limit nor a page. */
function unpagedLists(sources: readonly Source[]): number {
  const queries = sources.filter(({ path }) => /(\/|-)queries\.ts$/.test(path));
  return count(queries, (node) => {
    const isList = ts.isFunctionDeclaration(node) && /^list/.test(node.name?.text ?? '');
    return isList && !/limit|page/i.test(node.getText());
  });
}

/** Foreign keys whose first column begins no index, by the committed schema. */
function unindexedKeys(): number {
  const schema = readText('migrations/schema.sql');
  const keys = schema.matchAll(/alter table (\S+) add constraint \S+ FOREIGN KEY \((\w+)/gi);
  const indexes = schema.matchAll(
    /create (?:unique )?index \S+ on (?:public\.)?(\S+) using \w+ \("?(\w+)/gi,
  );
  const indexed = new Set([...indexes].map(([, table, column]) => `${table} ${column}`));
  return [...keys].filter(([, table, column]) => !indexed.has(`${table} ${column}`)).length;
}

function isCast(node: ts.Node): boolean {
  return ts.isAsExpression(node) ? node.type.getText() !== 'const' : ts.isNonNullExpression(node);
}

/** A cast without a comment on its line, on the line above or above its function. */
function isUnprovedCast(node: ts.Node): boolean {
  if (!isCast(node)) return false;
  const file = node.getSourceFile();
  const lines = file.text.split('\n');
  const at = file.getLineAndCharacterOfPosition(node.getStart()).line;
  const beside = [at - 1, at, at + 1].map((line) => lines[line] ?? '');
  let above: ts.Node = node;
  while (!ts.isFunctionLike(above) && above.parent) above = above.parent;
  const comment = file.text.slice(above.getFullStart(), above.getStart());
  return ![...beside, comment].some((text) => /\/\/|\/?\*/.test(text));
}

/** A catch that throws nothing and does not look at the error. */
function isSwallowingCatch(node: ts.Node): boolean {
  if (!ts.isCatchClause(node)) return false;
  const name = node.variableDeclaration?.name.getText();
  const body = node.block.getText();
  return !/\bthrow\b/.test(body) && !(name && new RegExp(`\\b${name}\\b`).test(body));
}

/** Of the tests that send requests, those whose first case is refused. */
function refusalsFirst(sources: readonly Source[]): string {
  const requesting = testFiles(sources).filter(
    ({ path, text }) =>
      /routes\.test|http\//.test(path) && /\.(request|fetch)\(|\bfetch\(/.test(text),
  );
  const refusing = requesting.filter(({ text }) => {
    const title = text.match(/\bit(?:\.each\([^)]*\))?\(\s*['"`]([^'"`]*)/)?.[1] ?? '';
    return /refus|reject|den(y|ies)|40\d|without|not /i.test(title);
  });
  return `${refusing.length} of ${requesting.length}`;
}

function commentLines(sources: readonly Source[]): readonly string[] {
  const lines = sources.flatMap(({ text }) => text.split('\n'));
  return lines.filter((line) => /^\s*(\/\/|\/?\*)/.test(line));
}

function share(sources: readonly Source[]): string {
  const lines = sources.flatMap(({ text }) => text.split('\n').filter((line) => line.trim()));
  return ((100 * commentLines(sources).length) / lines.length).toFixed(1);
}

/** Comments that give a reason, a law, a requirement or a threat. */
function whyComments(sources: readonly Source[]): string {
  const why =
    /\bbecause\b|\bso that\b|\bso (no|a|the|it)\b|\bsince\b|otherwise|\bwould\b|\bmust\b|\bwithout\b|\b[RSF]-\d|\bGC I|ruling \d/i;
  const found = commentLines(sources).filter((line) => why.test(line)).length;
  return perThousand(found, sources);
}

function perThousand(found: number, sources: readonly Source[]): string {
  const lines = sources.reduce((sum, source) => sum + source.lines, 0);
  return ((1_000 * found) / lines).toFixed(1);
}

function mocks(sources: readonly Source[]): number {
  return sources.filter(({ isTest, text }) => isTest && /\bvi\.(mock|spyOn)\(/.test(text)).length;
}

function lintOff(sources: readonly Source[]): string {
  const ignored = sources.map(({ text }) => text.match(/biome-ignore/g)?.length ?? 0);
  return perThousand(
    ignored.reduce((sum, each) => sum + each, 0),
    sources,
  );
}

/** Commands on the README's line that starts the program, joined by `&&`. */
function startCommands(): number {
  const line = readText('README.md').match(/^npm ci.*npm start/m)?.[0] ?? '';
  return line.split('&&').filter(Boolean).length;
}

/** `act` and `look` are the older form of `command` and `protectedRead`. */
function isOlderPath(node: ts.Node): boolean {
  return ts.isCallExpression(node) && /^(act|look)$/.test(callee(node));
}

function bodies(): string {
  const log = git('log', '--max-count=50', '--format=%b%x00');
  if (log === null) return 'no history here';
  const commits = log.split('\0').slice(0, -1);
  return `${commits.filter((text) => text.trim()).length} of ${commits.length}`;
}
