import ts from 'typescript';
import { listFiles, readSource, readText, type Source, walk } from './source.ts';
import { type Catalogue, longestReading } from './texts.ts';

/** A piece of prose and the line on which it begins. */
interface Passage {
  readonly line: number;
  readonly text: string;
  /** Tables in string literals have no sentences; only their words are checked. */
  readonly isLiteral?: boolean;
}

/** One breach of the language rules. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly kind: Kind;
  /** The sentence, word or name at fault. */
  readonly found: string;
}

export const kinds = ['sentences', 'words', 'names'] as const;
type Kind = (typeof kinds)[number];

export const sentenceWordsMax = 35;

/** Words for which plain English has a noun or a current term (style guide, section 4). */
const bannedWords = new RegExp(
  [
    '(?:some|no|any|every)body|who(?:m)?ever|anew|borne|stands|stood|lies',
    '(?:go|goes|going|gone|went) on(?: with)?|upon|whence|thence|hitherto|forthwith|whilst|lest',
    'there(?:of|in|upon)|mend(?:s|ed|ing)?|at odds|taken? back|let go|handed over',
    'nouns?|house|rooms?|doors?|crew|lapse[sd]?|lessons?|hill|climb(?:s|ed|ing)?',
  ]
    .map((part) => `\\b(?:${part})\\b`)
    .join('|'),
  'gi',
);

/** Parts of names that have a standard term. */
const bannedParts = new Set([
  ...['noun', 'nouns', 'room', 'rooms', 'house', 'crew', 'hands', 'lapse', 'lapses', 'lesson'],
  ...['lessons', 'hill', 'climb', 'worth', 'shorten', 'lengthen', 'settle', 'settled', 'tidy'],
  ...['speech', 'speaking', 'anew', 'borne', 'whoever', 'somebody', 'nobody', 'mend', 'mended'],
  ...['said', 'saying', 'wide', 'asked'],
]);

/** Whole names that have a standard term. */
const bannedNames = new Set([
  ...['act', 'look', 'hold', 'say', 'letGo', 'takenBack', 'handOver', 'takeIn', 'atOnce', 'near'],
  ...['smallHeap', 'whenReaderGone', 'passOf', 'useAct', 'FormSeal', 'bringList', 'Around'],
  ...['Making', 'turn'],
]);

const codeFolders = ['src', 'desk', 'test', 'bench', 'scripts'];
const isCode = (path: string) =>
  /\.(tsx?|mjs)$/.test(path) && !/\.generated\.ts$|^src\/db\/tables\.ts$/.test(path);

/** Every breach in code, documents and texts. The rules themselves name the words that they ban. */
export function findBreaches(sources: readonly Source[]): readonly Finding[] {
  const known = new Map(sources.map((source) => [source.path, source]));
  const code = codeFolders
    .flatMap((folder) => listFiles(folder, isCode))
    .filter((path) => !/^test\/house(\.test\.ts|\/)/.test(path))
    .flatMap((path) => breachesInCode(known.get(path) ?? readSource(path, readText(path))));
  const documents = listFiles('.', (path) => path.endsWith('.md')).flatMap((path) =>
    breachesIn(path, documentPassages(readText(path))),
  );
  const texts = listFiles('texts', (path) => path.endsWith('.json')).flatMap((path) =>
    breachesIn(path, textPassages(path, readText(path))),
  );
  return [...code, ...documents, ...texts];
}

export function breachesInCode(source: Source): readonly Finding[] {
  const { path, text, tree } = source;
  const names = [...new Set(source.names)].filter(isBannedName).map((found) => ({
    ...{ path, line: tree.getLineAndCharacterOfPosition(text.indexOf(found)).line + 1 },
    ...{ kind: 'names' as const, found },
  }));
  return [...breachesIn(path, codePassages(source)), ...names];
}

export function breachesIn(path: string, passages: readonly Passage[]): readonly Finding[] {
  return passages.flatMap(({ line, text, isLiteral }) => {
    const prose = withoutCode(text);
    const long = (isLiteral ? [] : sentencesOf(prose)).filter(
      (each) => wordsOf(each).length > sentenceWordsMax,
    );
    const words = [...prose.matchAll(bannedWords)].map(([word]) => word);
    return [
      ...long.map((found) => ({ path, line, kind: 'sentences' as const, found })),
      ...words.map((found) => ({ path, line, kind: 'words' as const, found })),
    ];
  });
}

function isBannedName(name: string): boolean {
  const parts = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return bannedNames.has(name) || parts.some((part) => bannedParts.has(part));
}

/** Comments, with adjacent line comments joined, and string literals of three words or more. */
function codePassages({ text, tree }: Source): readonly Passage[] {
  const lineOf = (position: number) => tree.getLineAndCharacterOfPosition(position).line + 1;
  const joined: { line: number; end: number; text: string; isOpen: boolean }[] = [];
  for (const { pos, end, kind } of commentsOf(text, tree)) {
    const startsLine = text.slice(text.lastIndexOf('\n', pos) + 1, pos).trim() === '';
    const isOpen = startsLine && kind === ts.SyntaxKind.SingleLineCommentTrivia;
    const content = text.slice(pos, end).replace(/^\s*\/[/*]+|\*\/$|^\s*\*/gm, ' ');
    const last = joined.at(-1);
    if (isOpen && last?.isOpen && last.end === lineOf(pos) - 1) {
      last.text += `\n${content}`;
      last.end = lineOf(end);
    } else joined.push({ line: lineOf(pos), end: lineOf(end), text: content, isOpen });
  }
  const comments = joined.flatMap((comment) =>
    documentPassages(comment.text).map((each) => ({ ...each, line: comment.line + each.line - 1 })),
  );
  const literals = walk(tree).flatMap((node) =>
    ts.isStringLiteral(node) && /\S\s+\S+\s+\S/.test(node.text)
      ? [{ line: lineOf(node.getStart()), text: node.text, isLiteral: true }]
      : [],
  );
  return [...comments, ...literals];
}

function commentsOf(text: string, tree: ts.SourceFile): readonly ts.CommentRange[] {
  const ranges = [...walk(tree)]
    .filter((node) => node.getChildCount() === 0 && !ts.isJsxText(node))
    .flatMap((node) => [
      ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ]);
  return [...new Map(ranges.map((range) => [range.pos, range])).values()].sort(
    (one, other) => one.pos - other.pos,
  );
}

/** Paragraphs, headings, list items and table cells; fenced blocks are left out. */
export function documentPassages(text: string): readonly Passage[] {
  const passages: { line: number; text: string }[] = [];
  let isFenced = false;
  let isOpen = false;
  for (const [at, content] of text.split('\n').entries()) {
    const isFence = /^\s*(```|~~~)/.test(content);
    if (isFence) isFenced = !isFenced;
    if (isFence || isFenced || /^\s*$|^\s*\|[\s:|-]+\|?\s*$/.test(content)) {
      isOpen = false;
      continue;
    }
    if (/^\s*\|/.test(content)) {
      passages.push(...content.split('|').map((cell) => ({ line: at + 1, text: cell })));
      isOpen = false;
      continue;
    }
    const last = passages.at(-1);
    if (isOpen && last && !/^\s*([-*+]|\d+\.|#+|>)\s/.test(content)) last.text += ` ${content}`;
    else passages.push({ line: at + 1, text: content });
    isOpen = !/^#/.test(content);
  }
  return passages;
}

function textPassages(path: string, text: string): readonly Passage[] {
  const language = path.split('/')[1] ?? 'en';
  const catalogue = JSON.parse(text) as Catalogue; // A test proves that catalogues are flat.
  const lines = text.split('\n');
  return Object.entries(catalogue).map(([key, value]) => ({
    line: lines.findIndex((line) => line.includes(`"${key}"`)) + 1,
    text: longestReading(value, language),
  }));
}

export function describeFinding({ path, line, kind, found }: Finding): string {
  return `${path}:${line} ${kind}: ${found}`;
}

/** Breaches of each kind, by top folder. */
export type Counts = Readonly<Record<string, Readonly<Record<Kind, number>>>>;

export function countByArea(findings: readonly Finding[]): Counts {
  const counts: Record<string, Record<Kind, number>> = {};
  for (const { path, kind } of findings) {
    const area = areaOf(path);
    const sum = counts[area] ?? { sentences: 0, words: 0, names: 0 };
    counts[area] = { ...sum, [kind]: sum[kind] + 1 };
  }
  return Object.fromEntries(
    Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** The top folder of a path; documents beside the folders count as `docs`. */
export function areaOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : 'docs';
}

export function totals(counts: Counts): Readonly<Record<Kind, number>> {
  const sum = (kind: Kind) => Object.values(counts).reduce((total, area) => total + area[kind], 0);
  return { sentences: sum('sentences'), words: sum('words'), names: sum('names') };
}

/** Areas whose counts differ from the committed ones, as `area kind: committed → found`. */
export function changedCounts(
  committed: Counts,
  found: Counts,
): { readonly more: readonly string[]; readonly fewer: readonly string[] } {
  const areas = [...new Set([...Object.keys(committed), ...Object.keys(found)])].sort();
  const changes = areas.flatMap((area) =>
    kinds.map((kind) => {
      const [before, now] = [committed[area]?.[kind] ?? 0, found[area]?.[kind] ?? 0];
      return { difference: now - before, line: `${area} ${kind}: ${before} → ${now}` };
    }),
  );
  return {
    more: changes.filter(({ difference }) => difference > 0).map(({ line }) => line),
    fewer: changes.filter(({ difference }) => difference < 0).map(({ line }) => line),
  };
}

/** Code in backticks counts as one word; a link counts by its label. */
function withoutCode(text: string): string {
  return text
    .replace(/`[^`]*`/g, 'Code')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\s+/g, ' ');
}

export function sentencesOf(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?…]["»”’')\]*]*)\s+(?=["«“‘'(*]*[\p{Lu}\d`])/u)
    .map((sentence) => sentence.trim())
    .filter(Boolean);
}

function wordsOf(sentence: string): readonly string[] {
  return sentence.match(/[\p{L}\p{N}][\p{L}\p{N}'’\-./_]*/gu) ?? [];
}
