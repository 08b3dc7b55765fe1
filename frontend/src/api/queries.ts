/** What several pages ask for. Each query's key begins with what it is about. */
import { queryOptions } from "@tanstack/react-query";
import { answer, answerPage, api } from "./client";
import { ApiError } from "./errors";

// Hosts report every 10 s; asking more often than this shows nothing sooner.
const STATES_EVERY_MS = 5_000;
const MOST_A_PAGE = 100;
const FOUND = 8;

/** Who is signed in; null: nobody. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => {
    try {
      return await answer(api.GET("/api/v1/auth/me", { signal }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** Every page of a list, one after the other. */
export async function allPages<T>(
  page: (number: number, size: number) => Promise<{ data: T[]; meta: { totalPages: number } }>,
): Promise<T[]> {
  const found: T[] = [];
  for (let number = 1; ; number += 1) {
    const { data, meta } = await page(number, MOST_A_PAGE);
    found.push(...data);
    if (number >= meta.totalPages) return found;
  }
}

/** All devices that the user may see, by host and name. */
export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: ({ signal }) =>
    allPages((page, page_size) =>
      answerPage(api.GET("/api/v1/devices", { params: { query: { page, page_size } }, signal })),
    ),
  refetchInterval: STATES_EVERY_MS,
});

/** All hosts that the user may see. */
export const hostsQuery = queryOptions({
  queryKey: ["hosts"],
  queryFn: ({ signal }) =>
    allPages((page, page_size) =>
      answerPage(api.GET("/api/v1/hosts", { params: { query: { page, page_size } }, signal })),
    ),
  refetchInterval: STATES_EVERY_MS,
});

/** All camera groups that the user may see. */
export const groupsQuery = queryOptions({
  queryKey: ["groups"],
  queryFn: ({ signal }) =>
    allPages((page, page_size) =>
      answerPage(api.GET("/api/v1/cameras/groups", { params: { query: { page, page_size } }, signal })),
    ),
  staleTime: 30_000,
});

/** The first few cameras of the catalogue that `text` finds, by name. */
export const foundCamerasQuery = (text: string) =>
  queryOptions({
    queryKey: ["cameras", "found", text],
    queryFn: async ({ signal }) => {
      const query = { search: text, page_size: FOUND };
      return (await answerPage(api.GET("/api/v1/cameras", { params: { query }, signal }))).data;
    },
  });
