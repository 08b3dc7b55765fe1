import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { Navigate, useSearchParams } from "react-router";
import { answer, api } from "@/api/client";
import { ApiError } from "@/api/errors";
import { onLoginNews, tellTabs } from "@/api/loginNews";
import { meQuery } from "@/api/queries";
import { isOutside, nextAddress } from "@/lib/nextAddress";
import { useNow } from "@/lib/useNow";
import { DayOfActivity } from "./DayOfActivity";
import { refusalOf } from "./refusal";
import classes from "./SignInPage.module.css";

/** User name and password; who is signed in already goes on. */
export default function SignInPage() {
  const client = useQueryClient();
  const [search] = useSearchParams();
  const me = useQuery(meQuery);
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<{ sentence: string; until: number } | null>(null);
  const now = useNow();
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const waitS = Math.max(0, Math.ceil(((refusal?.until ?? 0) - now) / 1000));

  useEffect(() => {
    document.title = "Sign in · Coldframe";
    name.current?.focus();
    // What the one before was shown is none of the next one's.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] });
  }, [client]);

  // Signed in in another tab, this one goes on as well.
  useEffect(
    () =>
      onLoginNews((news) => {
        if (news === "signed-in") void client.invalidateQueries({ queryKey: meQuery.queryKey });
      }),
    [client],
  );

  if (me.data) return <Onwards to={nextAddress(search.get("next"))} />;

  const signIn = async (username: string, secret: string) => {
    setBusy(true);
    try {
      const body = { username, password: secret, cookies: true };
      const login = await answer(api.POST("/api/v1/auth/login", { body }));
      tellTabs("signed-in");
      client.setQueryData(meQuery.queryKey, login.user);
    } catch (problem) {
      setRefusal(refusalOf(problem, now));
      if (problem instanceof ApiError && problem.status === 401) password.current?.select();
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const username = name.current?.value.trim() ?? "";
    const secret = password.current?.value ?? "";
    if (username === "" || secret === "") {
      setRefusal({ sentence: "Enter your user name and your password.", until: 0 });
      (username === "" ? name : password).current?.focus();
      return;
    }
    setRefusal(null);
    void signIn(username, secret);
  };

  return (
    <main className={classes.page}>
      <DayOfActivity />
      <form className={classes.panel} onSubmit={submit} noValidate aria-label="Sign in">
        <div className={classes.mark}>
          <img src="/favicon.svg" alt="" width={36} height={36} />
          <span>Coldframe</span>
        </div>
        <h1>Sign in</h1>
        <TextInput
          ref={name}
          label="User name or e-mail"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          size="md"
        />
        <PasswordInput
          ref={password}
          label="Password"
          name="password"
          autoComplete="current-password"
          size="md"
          visibilityToggleButtonProps={{ "aria-label": "Show the password", tabIndex: 0 }}
        />
        {/* There from the start, so that what appears in it is read out. */}
        <div role="alert" className={classes.refusal}>
          {refusal?.sentence}
        </div>
        <Button type="submit" size="md" fullWidth loading={isBusy} disabled={waitS > 0}>
          {waitS > 0 ? `Wait ${waitS} s` : "Sign in"}
        </Button>
        <p className={classes.help}>No account, or the password forgotten? An admin of yours can help.</p>
      </form>
    </main>
  );
}

function Onwards({ to }: { to: string }) {
  useEffect(() => {
    if (isOutside(to)) window.location.replace(to);
  }, [to]);
  return isOutside(to) ? null : <Navigate to={to} replace />;
}
