/** Pictures as bytes: an <img> with an address could not say why there is none. */
import { queryOptions } from "@tanstack/react-query";
import { turns } from "@/lib/turns";
import { signedFetch } from "./client";
import { ApiError, errorOf } from "./errors";

// A browser has six connections to the gateway; lists and states must not wait behind pictures.
const inTurn = turns(4);
const AGAIN_AFTER_MS = 20_000;
const KEPT_MS = 5 * 60_000;

/** The picture at `path`; null: none is asked for. `freshMs`: for how long it is not asked for again. */
export function pictureQuery(path: string | null, freshMs: number) {
  return queryOptions({
    queryKey: ["picture", path],
    queryFn: ({ signal }) =>
      inTurn(async () => {
        const response = await signedFetch(new Request(path ?? "", { signal }));
        if (!response.ok) throw await errorOf(response);
        return response.blob();
      }, signal),
    enabled: path !== null,
    staleTime: freshMs,
    gcTime: KEPT_MS,
    retry: false,
    // A host that is away comes back; a moment that has no footage stays without.
    refetchInterval: ({ state: { error } }) =>
      error instanceof ApiError && error.mayPass ? AGAIN_AFTER_MS : false,
    structuralSharing: false,
  });
}
