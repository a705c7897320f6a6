import type { NewStaff } from '../access/queries.ts';
import { newId } from '../vault/random.ts';

/** The invented colleagues of a trial: enough for four eyes, an auditor and an administrator. */
export function demoStaff(): readonly NewStaff[] {
  const person = (
    workName: string,
    roles: NewStaff['roles'],
    language: NewStaff['language'],
  ): NewStaff => ({
    staffId: newId<'staff'>(),
    accountId: newId<'account'>(),
    workName,
    roles,
    language,
  });
  return [
    person('Daria', ['caseworker'], 'uk'),
    person('Andriy', ['approver', 'caseworker'], 'uk'),
    person('Vera', ['caseworker'], 'ru'),
    person('Iryna', ['auditor'], 'en'),
    person('Maksym', ['administrator'], 'en'),
  ];
}
