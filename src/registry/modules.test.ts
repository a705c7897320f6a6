import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deskRoute } from '../access/desk-route.ts';
import { cells } from '../access/disclosure.ts';
import { definePermissions } from '../access/permission.ts';
import { sealedField } from '../access/sealed-field.ts';
import { collect, type Module } from './module.ts';
import { declared } from './modules.ts';

const base: Module = {
  name: 'base',
  permissions: [],
  roles: ['caseworker'],
  purposes: ['tracing'],
  compartments: ['contact'],
};
const own = definePermissions('parcel', {
  send: { staff: ['caseworker'], purposes: ['tracing'], opens: ['parcels.content'] },
});
const field = sealedField('parcels.content', {
  compartment: 'contact',
  content: z.object({ text: z.string() }),
  datum: 'parcelContent',
});
const never = cells(
  ...(['never', 'never', 'always', 'never', 'never'] as const),
  ...(['never', 'never', 'never', 'never'] as const),
);
const route = deskRoute({
  method: 'get',
  path: '/parcels',
  permission: own.send,
  run: async () => null,
});
const parcels: Module = {
  name: 'parcels',
  permissions: [own],
  sealedFields: [field],
  disclosure: { parcelContent: never },
  routes: [route],
};

describe('the declarations of modules', () => {
  it('are joined into what the system reads', () => {
    const joined = collect([base, parcels]);
    expect([...joined.permissions.keys()]).toEqual(['parcel.send']);
    expect([...joined.sealedFields.keys()]).toEqual(['parcels.content']);
    expect(joined.routes).toEqual([route]);
  });

  it.each([
    ['a permission twice', [base, parcels, { ...base, permissions: [own] }], 'parcel.send'],
    [
      'a sealed field twice',
      [base, parcels, { ...base, sealedFields: [field] }],
      'parcels.content',
    ],
    [
      'a datum twice',
      [base, parcels, { ...base, disclosure: { parcelContent: never } }],
      'parcelC',
    ],
    ['a route twice', [base, parcels, { ...base, routes: [route] }], 'get /parcels'],
    ['a sealed field that is opened', [base, { ...parcels, sealedFields: [] }], 'parcels.content'],
    ['cells of a datum', [base, { ...parcels, disclosure: {} }], 'parcelContent'],
    ['a role', [{ ...base, roles: [] }, parcels], 'caseworker'],
    ['a purpose', [{ ...base, purposes: [] }, parcels], 'tracing'],
    ['a compartment', [{ ...base, compartments: [] }, parcels], 'contact'],
    ['the permission of a route', [base, { ...parcels, permissions: [] }], 'parcel.send'],
  ] as const)('do not start with %s missing or in doubt, and name it', (_, modules, name) => {
    expect(() => collect(modules)).toThrow(name);
  });
});

/** Every text of one language, from all of its files. */
function texts(language: string): Readonly<Record<string, string>> {
  const folder = join(import.meta.dirname, '..', '..', 'texts', language);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const read = files
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as object);
  return Object.assign({}, ...read);
}

describe.each(['uk', 'ru', 'en'])('the log in %s', (language) => {
  it('has words for every permission, and for nothing else', () => {
    const named = Object.keys(texts(language)).filter((key) => key.startsWith('action.'));
    const permissions = [...declared.permissions.keys()].map((name) => `action.${name}`);
    expect(named.sort()).toEqual(permissions.sort());
  });
});
