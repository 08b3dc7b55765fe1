/** Saved views of the wall, as the gateway keeps them. */
import { queryOptions } from "@tanstack/react-query";
import { answer, answerPage, api } from "@/api/client";
import { errorOf } from "@/api/errors";
import { allPages } from "@/api/queries";
import type { WallView } from "@/api/types";
import type { SavedLayout } from "@/features/wall/layout/savedLayout";

/** The user's own views and those that others share, by name. */
export const viewsQuery = queryOptions({
  queryKey: ["wall-views"],
  queryFn: ({ signal }) =>
    allPages((page, page_size) =>
      answerPage(api.GET("/api/v1/wall/views", { params: { query: { page, page_size } }, signal })),
    ),
  staleTime: 30_000,
});

export interface ViewFields {
  name: string;
  shared: boolean;
  layout: SavedLayout;
}

/** Throws ApiError: 409 where the name is taken. */
export function addView(fields: ViewFields): Promise<WallView> {
  return answer(api.POST("/api/v1/wall/views", { body: fields }));
}

/** What is not given stays. Throws ApiError. */
export function changeView(id: string, fields: Partial<ViewFields>): Promise<WallView> {
  return answer(api.PUT("/api/v1/wall/views/{view_id}", { params: { path: { view_id: id } }, body: fields }));
}

/** Throws ApiError. */
export async function deleteView(id: string): Promise<void> {
  const { error, response } = await api.DELETE("/api/v1/wall/views/{view_id}", {
    params: { path: { view_id: id } },
  });
  if (!response.ok) throw await errorOf(response, error);
}
