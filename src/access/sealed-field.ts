import type { z } from 'zod';
import type { Compartment, OpenedField, SealItem } from '../audit/context.ts';
import type { WantedField } from '../audit/read.ts';

/** The content of a masked row: initials and years, never a whole name. */
export type Masked = Readonly<Record<string, string | null>>;

interface FieldParts<Content> {
  readonly compartment: Compartment;
  /** Checked by the broker before it seals. */
  readonly content: z.ZodType<Content>;
  /** The row of the disclosure matrix that governs it. */
  readonly datum: string;
  /** How a row of the field is shown in a queue. */
  readonly mask?: (content: Content) => Masked;
}

/**
 * A sealed column as the broker knows it. Undeclared fields are neither sealed, opened nor masked.
 */
export interface DeclaredField {
  /** `table.column`, as permissions name it. */
  readonly name: string;
  readonly tableName: string;
  readonly columnName: string;
  readonly compartment: Compartment;
  readonly datum: string;
  /** True if this content may be sealed as this field. */
  readonly fits: (content: unknown) => boolean;
  /** How a row is shown in a queue; null for fields that no queue shows. */
  readonly show: ((content: unknown) => Masked) | null;
}

/** A sealed column as its module uses it. */
export interface SealedField<Content = unknown> extends DeclaredField {
  readonly content: z.ZodType<Content>;
  /** The content with its address, ready to be sealed. */
  readonly item: (
    at: { readonly rowId: string; readonly subjectId: string; readonly piece?: number },
    content: Content,
  ) => SealItem;
  /** Names the field of one row, for a read that opens it. */
  readonly of: (rowId: string, piece?: number) => WantedField;
  /** The content of one row among opened fields; null if it was absent. */
  readonly read: (opened: readonly OpenedField[], rowId: string) => Content | null;
}

/** Declares a sealed column, named as `table.column`. */
export function sealedField<Content>(
  name: `${string}.${string}`,
  { compartment, content: shape, datum, mask }: FieldParts<Content>,
): SealedField<Content> {
  const [tableName = '', columnName = ''] = name.split('.');
  const columnOf = (piece?: number) =>
    piece === undefined ? columnName : `${columnName}.${piece}`;
  return {
    ...{ name, tableName, columnName, compartment, datum, content: shape },
    fits: (content) => shape.safeParse(content).success,
    show: mask ? (content) => mask(content as Content) : null, // Checked when it was sealed.
    item: ({ rowId, subjectId, piece }, content) => ({
      ...{ tableName, columnName: columnOf(piece), rowId, subjectId, compartment, content },
    }),
    of: (rowId, piece) => ({ rowId, columnName: columnOf(piece) }),
    read: (opened, rowId) => {
      const isIt = (field: OpenedField) => field.rowId === rowId && field.columnName === columnName;
      return (opened.find(isIt)?.content as Content | undefined) ?? null; // Checked when it was sealed.
    },
  };
}

/** The declared field to which a sealed column belongs, including numbered pieces. */
export function fieldName(of: { readonly tableName: string; readonly columnName: string }): string {
  return `${of.tableName}.${of.columnName.replace(/\.\d+$/, '')}`;
}
