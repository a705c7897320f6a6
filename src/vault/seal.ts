import { decrypt, encrypt, type Secret } from './keys.ts';

/**
 * The place of a sealed field. All of it is bound into the seal, so a moved field does not open
 * (R-41).
 */
export interface SealAddress {
  readonly tableName: string;
  readonly columnName: string;
  readonly rowId: string;
  readonly subjectId: string;
  readonly compartment: string;
  readonly version: number;
}

/** Seals one field for its place. */
export function sealField(key: Secret, address: SealAddress, plaintext: Uint8Array): Buffer {
  return encrypt(key, encodeAddress(address), plaintext);
}

/** Opens one field read from its place; throws `SealBroken` if it was altered or moved. */
export function openField(key: Secret, address: SealAddress, sealed: Uint8Array): Buffer {
  return decrypt(key, encodeAddress(address), sealed);
}

/** A JSON array separates the parts whatever they contain. */
function encodeAddress(address: SealAddress): Buffer {
  const { tableName, columnName, rowId, subjectId, compartment, version } = address;
  return Buffer.from(
    JSON.stringify(['field', tableName, columnName, rowId, subjectId, compartment, version]),
    'utf8',
  );
}
