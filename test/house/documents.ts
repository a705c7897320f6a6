import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { listFiles, readText, root, type Source } from './source.ts';

const topFolders = 'src|desk|test|texts|docs|migrations|bench|scripts|bin|\\.ci';

/**
 * Paths in backticks that begin with a top folder, or that a document gives below `src`, and that do
 * not exist. Placeholders such as `<module>` and patterns are left out.
 */
export function missingPaths(
  path: string,
  text: string,
  exists: (path: string) => boolean,
): readonly string[] {
  return text.split('\n').flatMap((content, at) =>
    [...content.matchAll(/`([\w./-]+\.(?:tsx?|mjs|sql|md|json|csv|tsv|py))`/g)]
      .map(([, cited = '']) => cited)
      .filter((cited) => cited.includes('/'))
      .filter((cited) => {
        const isWhole = new RegExp(`^(?:${topFolders})/`).test(cited);
        const places = isWhole ? [cited] : [`src/${cited}`, posix.join(posix.dirname(path), cited)];
        return !places.some(exists);
      })
      .map((cited) => `${path}:${at + 1} ${cited}`),
  );
}

/** Files that documents and comments cite and that the repository does not hold. */
export function citedPathsMissing(sources: readonly Source[]): readonly string[] {
  const exists = (path: string) => existsSync(join(root, path));
  const documents = listFiles('.', (path) => path.endsWith('.md'));
  return [
    ...documents.flatMap((path) => missingPaths(path, readText(path), exists)),
    ...sources
      .filter(({ path }) => !/^test\/house(\.test\.ts|\/)/.test(path))
      .flatMap(({ path, text }) => missingPaths(path, onlyComments(text), exists)),
  ];
}

function onlyComments(text: string): string {
  return text
    .split('\n')
    .map((line) => (/^\s*(\/\/|\/?\*)/.test(line) ? line : ''))
    .join('\n');
}

/** Folders directly below `src`, and modules, that ARCHITECTURE does not name. */
export function foldersNotNamed(sources: readonly Source[]): readonly string[] {
  const named = readText('ARCHITECTURE.md');
  const folders = sources.flatMap(
    ({ path }) => path.match(/^src\/(?:registry\/)?([a-z-]+)\//)?.[1] ?? [],
  );
  return [...new Set(folders)].filter((folder) => !new RegExp(`\\b${folder}\\b`).test(named));
}
