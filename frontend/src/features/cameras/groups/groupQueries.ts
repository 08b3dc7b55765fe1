/** What is changed of groups. They are listed by `groupsQuery`. */
import { answer, answerDone, api } from "@/api/client";
import type { components } from "@/api/schema";

export type NewGroup = components["schemas"]["NewGroup"];
export type GroupChange = components["schemas"]["GroupChange"];

export function addGroup(body: NewGroup) {
  return answer(api.POST("/api/v1/cameras/groups", { body }));
}

export function changeGroup(id: string, body: GroupChange) {
  return answer(api.PUT("/api/v1/cameras/groups/{group_id}", { params: { path: { group_id: id } }, body }));
}

/** Its cameras stay, without a group. */
export function deleteGroup(id: string): Promise<void> {
  return answerDone(api.DELETE("/api/v1/cameras/groups/{group_id}", { params: { path: { group_id: id } } }));
}
