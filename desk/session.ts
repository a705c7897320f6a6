import { createContext, useContext } from 'react';
import type { Role, Session } from './api/shapes.ts';

export const SessionContext = createContext<Session | null>(null);

/** The signed-in person. Screens inside the frame are shown only to signed-in people. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('screens are drawn inside a session');
  return session;
}

/** Hides what a role cannot do; the server decides, this only avoids a refusal. */
export function hasRole(session: Session, ...roles: readonly Role[]): boolean {
  return roles.some((role) => session.person.roles.includes(role));
}
