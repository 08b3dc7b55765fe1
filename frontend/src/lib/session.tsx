import { createContext, type ReactNode, use } from "react";
import type { Me } from "@/api/types";

const MeContext = createContext<Me | null>(null);

/** Whose pages these are. */
export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>;
}

/** Who is signed in. */
export function useMe(): Me {
  const me = use(MeContext);
  if (me === null) throw new Error("useMe outside of a signed-in page");
  return me;
}

/** Whether the user's role allows `permission` ("hosts:control"). What it does not allow is not offered. */
export function useMay(permission: string): boolean {
  return useMe().permissions.includes(permission);
}
