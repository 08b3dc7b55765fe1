import { queryOptions, useQuery } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { useMay } from "@/lib/session";

const SELDOM_MS = 60_000;

/** How captions do, asked seldom: whether they are in use hardly ever changes. */
const captionsUseQuery = queryOptions({
  queryKey: ["captions", "use"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/migration/status", { signal })),
  staleTime: SELDOM_MS,
  refetchInterval: SELDOM_MS,
});

/** Whether captions are in use here. */
export interface CaptionsUse {
  /** They may be asked for. False also while that is not known, and where the user may not read them. */
  isOn: boolean;
  /** Captions are off; what to set is in `problem`, for people. */
  isOff: boolean;
  problem: string | null;
}

/** Whether this gateway has captions, so that nothing is asked that it would refuse. */
export function useCaptionsUse(): CaptionsUse {
  const mayRead = useMay("captions:read");
  const { data, isError } = useQuery({ ...captionsUseQuery, enabled: mayRead });
  const isOff = data?.status === "off";
  return {
    // Where even that is not answered, what is asked next says why.
    isOn: mayRead && !isOff && (data !== undefined || isError),
    isOff,
    problem: data?.problem ?? null,
  };
}
