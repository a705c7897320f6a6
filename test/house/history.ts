import { execFileSync } from 'node:child_process';
import ts from 'typescript';
import { root, walk } from './source.ts';

/** The output of git, or null where there is no git or no complete history. */
export function git(...parameters: readonly string[]): string | null {
  try {
    const options = { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
    const isPartial = execFileSync('git', ['rev-parse', '--is-shallow-repository'], options);
    if (isPartial.trim() !== 'false') return null;
    return execFileSync('git', parameters, { ...options, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}

/** Earlier contents of a file, newest first; empty where the history cannot be read. */
export function earlierVersions(path: string, versionsMax = 40): readonly string[] {
  const commits = git('log', `--max-count=${versionsMax}`, '--format=%H', '--', path) ?? '';
  return commits
    .split('\n')
    .filter(Boolean)
    .flatMap((commit) => git('show', `${commit}:${path}`) ?? []);
}

/** How many breaches a version of `ratchet.ts` lists, by the name of the rule. */
export function ratchetSizes(text: string): ReadonlyMap<string, number> {
  const tree = ts.createSourceFile('ratchet.ts', text, ts.ScriptTarget.Latest, true);
  return new Map(
    [...walk(tree)].flatMap((node) =>
      ts.isPropertyAssignment(node) && ts.isArrayLiteralExpression(node.initializer)
        ? [[node.name.getText().replace(/^'|'$/g, ''), node.initializer.elements.length] as const]
        : [],
    ),
  );
}

/** Lists that are longer than an earlier version's. A new rule starts with the breaches of its day. */
export function grownLists(
  current: ReadonlyMap<string, number>,
  previous: ReadonlyMap<string, number>,
): readonly string[] {
  return [...current].flatMap(([rule, size]) => {
    const before = previous.get(rule);
    return before !== undefined && size > before ? [`${rule}: ${before} → ${size}`] : [];
  });
}

interface NewestModule {
  readonly name: string;
  readonly files: number;
  readonly folders: number;
}

/**
 * What the newest module changed outside its own folder, in commits whose subject begins with its
 * name. Texts and generated files count once for each kind.
 */
export function costOfNewestModule(modules: readonly string[]): NewestModule | null {
  const born = modules.flatMap((name) => {
    const folder = `src/registry/${name}`;
    const times = git('log', '--diff-filter=A', '--format=%ct', '--', folder) ?? '';
    const first = times.trim().split('\n').at(-1);
    return first ? [{ name, at: Number(first) }] : [];
  });
  const newest = born.sort((one, other) => other.at - one.at)[0];
  if (!newest) return null;
  const { name } = newest;
  const changed = git('log', `--grep=^${name}: `, '--format=', '--name-only') ?? '';
  const outside = changed
    .split('\n')
    .filter((path) => path && !path.startsWith(`src/registry/${name}/`))
    .map(kindOf);
  const files = new Set(outside);
  const folders = new Set([...files].map((path) => path.slice(0, path.lastIndexOf('/'))));
  return { name, files: files.size, folders: folders.size };
}

function kindOf(path: string): string {
  if (path.startsWith('texts/')) return 'texts/all';
  return /\.generated\.ts$|^migrations\/schema\.sql$|^src\/db\/tables\.ts$|^docs\/api\//.test(path)
    ? 'generated/all'
    : path;
}
