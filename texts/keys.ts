// Written by `npm run texts` from the names of the files; not to be edited.
export type DeskKey =
  | keyof typeof import('./en/desk/access.json')
  | keyof typeof import('./en/desk/enquiries.json')
  | keyof typeof import('./en/desk/kin.json')
  | keyof typeof import('./en/desk/matches.json')
  | keyof typeof import('./en/desk/notices.json')
  | keyof typeof import('./en/desk/persons.json')
  | keyof typeof import('./en/desk/shell.json')
  | keyof typeof import('./en/desk/sources.json');
export type FamilyKey =
  | keyof typeof import('./en/family/enquiry.json')
  | keyof typeof import('./en/family/own.json')
  | keyof typeof import('./en/family/safety.json')
  | keyof typeof import('./en/family/shell.json')
  | keyof typeof import('./en/family/sign-in.json');
