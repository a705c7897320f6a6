import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** One file as the rules see it. Paths are from the root, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly isTest: boolean;
  readonly imports: readonly Import[];
  readonly functions: readonly Measured[];
  /** Names that this file gives to things. */
  readonly names: readonly string[];
  readonly tree: ts.SourceFile;
}

interface Import {
  readonly specifier: string;
  /** The file of ours that is meant; null for packages. */
  readonly target: string | null;
}

export interface Measured {
  readonly name: string;
  readonly lines: number;
  readonly parameters: number;
}

export const root = join(import.meta.dirname, '..', '..');

const notOurs = new Set(['node_modules', '.git', 'dist', 'data', 'coverage', 'test-output']);

/** Every file beneath a folder of the repository that the walk accepts. */
export function listFiles(folder: string, accept: (path: string) => boolean): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : listFiles(path, accept);
    return accept(path) ? [path] : [];
  });
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** All TypeScript of the product, the desk and the tests. */
export function readSources(): readonly Source[] {
  const isCode = (path: string) => /\.tsx?$/.test(path) && !path.endsWith('.generated.ts');
  return ['src', 'desk', 'test'].flatMap((folder) =>
    listFiles(folder, isCode).map((path) => readSource(path, readText(path))),
  );
}

export function readSource(path: string, text: string): Source {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const nodes = walk(tree);
  return {
    path,
    text,
    tree,
    lines: text.split('\n').length - 1,
    isTest: /\.test\.tsx?$/.test(path) || path.startsWith('test/'),
    imports: nodes.flatMap((node) => importOf(path, node)),
    functions: nodes.flatMap((node) => measure(tree, node)),
    names: nodes.flatMap(namesOf),
  };
}

const walked = new WeakMap<ts.Node, readonly ts.Node[]>();

/** The tree's nodes, outer before inner. A whole file is walked once; later calls reuse the list. */
export function walk(node: ts.Node): readonly ts.Node[] {
  const known = walked.get(node);
  if (known) return known;
  const nodes: ts.Node[] = [];
  const visit = (each: ts.Node): void => {
    nodes.push(each);
    for (const child of each.getChildren()) visit(child);
  };
  visit(node);
  if (ts.isSourceFile(node)) walked.set(node, nodes);
  return nodes;
}

function importOf(path: string, node: ts.Node): readonly Import[] {
  const specifier = specifierOf(node);
  if (specifier === null) return [];
  const isOurs = specifier.startsWith('.');
  return [{ specifier, target: isOurs ? posix.join(posix.dirname(path), specifier) : null }];
}

/** Static and dynamic imports, re-exports, and types named by `import('...')`. */
function specifierOf(node: ts.Node): string | null {
  const isStatic = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
  const named = isStatic ? node.moduleSpecifier : undefined;
  if (named && ts.isStringLiteral(named)) return named.text;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [first] = node.arguments;
    return first && ts.isStringLiteral(first) ? first.text : null;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return ts.isStringLiteral(node.argument.literal) ? node.argument.literal.text : null;
  }
  return null;
}

function measure(tree: ts.SourceFile, node: ts.Node): readonly Measured[] {
  if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return [];
  const lineOf = (position: number) => tree.getLineAndCharacterOfPosition(position).line;
  const lines = lineOf(node.getEnd()) - lineOf(node.getStart()) + 1;
  const holder = ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined;
  const name = (node.name ?? holder)?.getText() ?? 'unnamed';
  return [{ name, lines, parameters: node.parameters.length }];
}

function namesOf(node: ts.Node): readonly string[] {
  const isDeclared =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isPropertySignature(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node);
  const name = isDeclared ? node.name : undefined;
  return name && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) ? [name.text] : [];
}
