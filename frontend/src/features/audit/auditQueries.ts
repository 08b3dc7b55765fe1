import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerPage, api } from "@/api/client";
import { allPages } from "@/api/queries";
import type { components } from "@/api/schema";
import { PAGE_SIZE, type Wanted } from "./listed";

/** A row of the log. */
export type Entry = components["schemas"]["Entry"];

/** One page of what `wanted` names, the newest first. */
export function auditQuery(wanted: Wanted, page: number) {
  return queryOptions({
    queryKey: ["audit", wanted, page],
    queryFn: ({ signal }) =>
      answerPage(
        api.GET("/api/v1/audit", {
          params: { query: { ...wanted, page, page_size: PAGE_SIZE } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** A user to choose. */
export interface UserName {
  id: string;
  username: string;
}

/** All users, for a choice among them. */
export const userNamesQuery = queryOptions({
  queryKey: ["users", "names"],
  queryFn: async ({ signal }): Promise<UserName[]> => {
    const users = await allPages((page, page_size) =>
      answerPage(api.GET("/api/v1/users", { params: { query: { page, page_size } }, signal })),
    );
    return users.map(({ id, username }) => ({ id, username }));
  },
  staleTime: 30_000,
});
