/** Writes the sample list that ships with the demo, in the two encodings common for such lists. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleList } from '../src/demo/sample-list.ts';

const folder = join(import.meta.dirname, '../src/demo/samples');

/** The files by name; a test compares them with the committed ones. */
export function sampleFiles(): Readonly<Record<string, Buffer>> {
  const text = sampleList();
  return {
    'sample-list.csv': Buffer.from(text, 'utf8'),
    'sample-list-windows-1251.csv': windows1251(text),
  };
}

function windows1251(text: string): Buffer {
  const decoder = new TextDecoder('windows-1251');
  const table = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(Buffer.of(byte)), byte]),
  );
  return Buffer.from(
    [...text].map((letter) => {
      const byte = table.get(letter);
      if (byte === undefined) throw new Error('the sample list fits into Windows-1251');
      return byte;
    }),
  );
}

if (process.argv[1] === import.meta.filename) {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(sampleFiles())) {
    await writeFile(join(folder, name), content);
  }
}
