import type { ReactNode } from "react";
import { Link, useLocation } from "react-router";

/** Opens a job: beside the page where that can show it, else on the page of jobs. */
export function JobLink({ id, children }: { id: string; children: ReactNode }) {
  const { pathname, search } = useLocation();
  const isBeside = pathname.startsWith("/jobs/");
  const address = new URLSearchParams(isBeside ? search : "");
  address.set("job", id);
  return <Link to={{ pathname: isBeside ? pathname : "/jobs", search: address.toString() }}>{children}</Link>;
}
