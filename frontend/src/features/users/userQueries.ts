import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, answerPage, api } from "@/api/client";
import { errorOf } from "@/api/errors";
import { meQuery } from "@/api/queries";
import { type Listed, PAGE_SIZE } from "./listed";
import type { NewUser, UserChanges } from "./userForm";

const KEY = "users";

/** One page of users. */
export function usersQuery(listed: Listed) {
  return queryOptions({
    queryKey: [KEY, listed],
    queryFn: ({ signal }) =>
      answerPage(
        api.GET("/api/v1/users", { params: { query: { ...listed, page_size: PAGE_SIZE } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** One thing done to the users. */
export type UserCommand =
  | { kind: "create"; user: NewUser }
  | { kind: "change"; id: string; changes: UserChanges }
  | { kind: "delete"; id: string };

async function carryOut(command: UserCommand): Promise<void> {
  switch (command.kind) {
    case "create":
      await answer(api.POST("/api/v1/users", { body: command.user }));
      return;
    case "change": {
      const path = { user_id: command.id };
      await answer(api.PUT("/api/v1/users/{user_id}", { params: { path }, body: command.changes }));
      return;
    }
    case "delete": {
      const path = { user_id: command.id };
      const { response, error } = await api.DELETE("/api/v1/users/{user_id}", { params: { path } });
      if (!response.ok) throw await errorOf(response, error);
    }
  }
}

/** Carries out commands; the lists, and who is signed in, are asked for anew afterwards. */
export function useUserCommand() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: carryOut,
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: [KEY] }),
        client.invalidateQueries({ queryKey: meQuery.queryKey }),
      ]),
  });
}
