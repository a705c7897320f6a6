import { createContext, useContext } from 'react';
import type { Role, Session } from './api/shapes.ts';

export const SessionContext = createContext<Session | null>(null);

/** Who is signed in. Screens inside the frame are drawn only when somebody is. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('screens are drawn inside a session');
  return session;
}

/** Hides what a role cannot do; the server decides, this only spares a refusal. */
export function hasRole(session: Session, ...roles: readonly Role[]): boolean {
  return roles.some((role) => session.person.roles.includes(role));
}
