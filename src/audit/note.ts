import type { Secret } from '../vault/keys.ts';
import { sha256 } from '../vault/random.ts';
import { sign, verify } from '../vault/sign.ts';

/** A signed statement of the log's size and root (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** Algorithm byte of Ed25519 in a signed note (C2SP signed-note). */
const ed25519 = 1;
/** More signatures than any log has witnesses; a longer note is refused unread. */
const linesMax = 64;

/** Writes and signs a checkpoint as a note with one signature. */
export function signNote(
  { origin, size, root }: Checkpoint,
  keys: { readonly publicKey: Uint8Array; readonly privateKey: Secret },
): string {
  const text = `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
  const signature = sign(keys.privateKey, Buffer.from(text));
  const line = Buffer.concat([keyHash(origin, keys.publicKey), signature]);
  return `${text}\n— ${origin} ${line.toString('base64')}\n`;
}

/**
 * The text of a note that the named key signed, or null. Other signatures are ignored: witnesses
 * add theirs below ours.
 */
export function readNote(
  note: string,
  key: { readonly name: string; readonly publicKey: Uint8Array },
): string | null {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return null;
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > linesMax) return null;
  const hash = keyHash(key.name, key.publicKey);
  const signed = lines.some((line) => {
    const [, name, base64 = ''] = /^— ([^ +]+) ([A-Za-z0-9+/]+=*)$/u.exec(line) ?? [];
    const bytes = Buffer.from(base64, 'base64');
    if (name !== key.name || !bytes.subarray(0, 4).equals(hash)) return false;
    return verify(key.publicKey, Buffer.from(text), bytes.subarray(4));
  });
  return signed ? text : null;
}

/** The checkpoint in a note that the log's own key signed; null if this key did not sign it. */
export function readCheckpoint(note: string, publicKey: Uint8Array): Checkpoint | null {
  const origin = note.slice(0, note.indexOf('\n'));
  const text = readNote(note, { name: origin, publicKey });
  // Lines after the third are extensions, covered by the signature and ignored here.
  const parts = /^[^\n]+\n(0|[1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\n/.exec(text ?? '');
  if (!parts) return null;
  return { origin, size: Number(parts[1]), root: Buffer.from(parts[2] ?? '', 'base64') };
}

function keyHash(name: string, publicKey: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([ed25519]), publicKey]);
  return sha256(named).subarray(0, 4);
}
