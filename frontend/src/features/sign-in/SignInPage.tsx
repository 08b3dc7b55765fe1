import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { answer, api } from "@/api/client";
import { ApiError } from "@/api/errors";
import { meQuery } from "@/api/queries";

export default function SignInPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const [error, setError] = useState<ApiError | null>(null);
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    try {
      const login = await answer(
        api.POST("/api/v1/auth/login", {
          body: {
            username: String(form.get("username")),
            password: String(form.get("password")),
            cookies: true,
          },
        }),
      );
      client.setQueryData(meQuery.queryKey, login.user);
      void navigate(search.get("next") ?? "/wall", { replace: true });
    } catch (problem) {
      if (problem instanceof ApiError) setError(problem);
      else throw problem;
    }
  };
  return (
    <main>
      <form onSubmit={(event) => void submit(event)}>
        <TextInput label="User name or e-mail" name="username" autoComplete="username" />
        <PasswordInput label="Password" name="password" autoComplete="current-password" />
        {error !== null && <p role="alert">{error.message}</p>}
        <Button type="submit">Sign in</Button>
      </form>
    </main>
  );
}
