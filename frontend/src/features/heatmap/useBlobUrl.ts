import { type UseQueryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { signedFetch } from "@/api/client";
import { errorOf } from "@/api/errors";

/** A query for an image's bytes, kept for a while. `freshMs`: for how long it is not asked for again. */
export function imageQuery(path: string | null, freshMs: number): UseQueryOptions<Blob> {
  return {
    queryKey: ["heatmap", "image", path],
    queryFn: async ({ signal }) => {
      const response = await signedFetch(new Request(path ?? "", { signal }));
      if (!response.ok) throw await errorOf(response);
      return response.blob();
    },
    enabled: path !== null,
    staleTime: freshMs,
    gcTime: 5 * 60_000,
    retry: false,
    structuralSharing: false,
  };
}

/** The image at `path` as an address for <img>; null until it is there. */
export function useBlobUrl(path: string | null, freshMs: number): { url: string | null; error: unknown } {
  const { data, error } = useQuery(imageQuery(path, freshMs));
  const [made, setMade] = useState<{ blob: Blob; url: string } | null>(null);
  useEffect(() => {
    if (data === undefined) return;
    const url = URL.createObjectURL(data);
    setMade({ blob: data, url });
    return () => URL.revokeObjectURL(url);
  }, [data]);
  return { url: made !== null && made.blob === data ? made.url : null, error };
}
