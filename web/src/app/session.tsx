import { createContext, type ReactNode, useContext } from "react";
import type { Schemas } from "../api/client";

export type Role = Schemas["Me"]["role"];

export interface Person {
  id: string;
  name: string;
  role: Role;
  /** False: an identity provider lets it in. */
  hasPassword: boolean;
}

const Session = createContext<Person | undefined>(undefined);

export function SessionProvider({ person, children }: { person: Person; children: ReactNode }) {
  return <Session.Provider value={person}>{children}</Session.Provider>;
}

/** Whoever is logged in. */
export function usePerson(): Person {
  const person = useContext(Session);
  if (!person) throw new Error("nobody is logged in here");
  return person;
}

const ORDER: Role[] = ["viewer", "operator", "administrator"];

/** Tell whether a role may do what needs another one. */
export const may = (role: Role, least: Role): boolean => ORDER.indexOf(role) >= ORDER.indexOf(least);
