import ts from 'typescript';
import * as rules from './rules.ts';
import { type Source, walk } from './source.ts';

/** The fifteen questions of the house style, as far as a program can answer them. */
export function figures(sources: readonly Source[]): readonly string[] {
  const product = sources.filter(({ isTest, path }) => !isTest && path !== 'src/db/tables.ts');
  const inSrc = product.filter(({ path }) => path.startsWith('src/'));
  const functions = product.flatMap((source) => source.functions);
  const down = rules.importsPointDown(sources).length;
  return [
    ` 2. imports upward or past a door ${down}, rings ${rules.noRings(sources).length}`,
    ` 3. file lines: ${spread(product.map(({ lines }) => lines))}`,
    ` 4. function lines: ${spread(functions.map(({ lines }) => lines))}; parameters: ${spread(functions.map(({ parameters }) => parameters))}`,
    ` 5. folders below src: deepest ${Math.max(...inSrc.map(({ path }) => path.split('/').length - 2))}; files a folder: ${spread([...perFolder(inSrc).values()])}`,
    ` 6. noun folders with actions, queries and policy: ${wholeNouns(inSrc)}`,
    ` 7. names that say nothing ${rules.namesSaySomething(sources).length}`,
    `10. files with SQL outside queries.ts ${rules.sqlInQueries(sources).length}; queries in loops ${count(inSrc, isQueryInLoop)}`,
    `11. any ${rules.noAny(sources).length}; catches ${count(inSrc, ts.isCatchClause)}; casts ${count(product, isCast)}`,
    `12. test files ${sources.filter(({ path }) => /\.test\.tsx?$/.test(path)).length}; mocks ${mocks(sources)}`,
    `13. comment share ${share(product)} %; left to do ${rules.nothingLeftToDo(sources).length}; lint off ${lintOff(product)}`,
  ];
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

function wholeNouns(sources: readonly Source[]): string {
  const paths = new Set(sources.map(({ path }) => path));
  const folders = [...perFolder(sources).keys()].filter((path) => path.startsWith('src/registry/'));
  const whole = folders.filter((folder) =>
    ['actions', 'queries', 'policy'].every((file) => paths.has(`${folder}/${file}.ts`)),
  );
  return `${whole.length} of ${folders.length}`;
}

function count(sources: readonly Source[], is: (node: ts.Node) => boolean): number {
  return sources.flatMap(({ tree }) => [...walk(tree)].filter(is)).length;
}

function isCast(node: ts.Node): boolean {
  return ts.isAsExpression(node) ? node.type.getText() !== 'const' : ts.isNonNullExpression(node);
}

/** An awaited call on a transaction inside a loop: each round goes to the database. */
function isQueryInLoop(node: ts.Node): boolean {
  if (!ts.isAwaitExpression(node) || !/\(\s*tx\b|^await tx\b/.test(node.getText())) return false;
  for (let above = node.parent; above; above = above.parent) {
    if (ts.isFunctionLike(above)) return false;
    if (ts.isForOfStatement(above) || ts.isForStatement(above) || ts.isWhileStatement(above))
      return true;
  }
  return false;
}

function share(sources: readonly Source[]): string {
  const lines = sources.flatMap(({ text }) => text.split('\n').filter((line) => line.trim()));
  const comments = lines.filter((line) => /^\s*(\/\/|\/?\*)/.test(line));
  return ((100 * comments.length) / lines.length).toFixed(1);
}

function mocks(sources: readonly Source[]): number {
  return sources.filter(({ isTest, text }) => isTest && /\bvi\.(mock|spyOn)\(/.test(text)).length;
}

function lintOff(sources: readonly Source[]): number {
  return sources.reduce((sum, { text }) => sum + (text.match(/biome-ignore/g)?.length ?? 0), 0);
}
