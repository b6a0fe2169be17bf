// Who is signed in, for the parts that show or hide by role. The server decides; this only spares dead buttons.
import { createContext, useContext } from "react";
import type { Me } from "#core/contract/staff.ts";

export const MeContext = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === null) throw new Error("a page of the console stands behind the sign-in");
  return me;
}
