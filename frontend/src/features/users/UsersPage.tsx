import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import type { User } from "@/api/types";
import { Pager } from "@/components/list/Pager";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { count } from "@/lib/format";
import { listedOf, PAGE_SIZE, withParameter } from "./listed";
import { PasswordReset } from "./PasswordReset";
import { UserDialog } from "./UserDialog";
import { UserQuestion, type UserQuestionKind } from "./UserQuestion";
import classes from "./UsersPage.module.css";
import { UsersTable } from "./UsersTable";
import { UsersToolbar } from "./UsersToolbar";
import { usersQuery } from "./userQueries";

type Open =
  | { dialog: "form"; user: User | null }
  | { dialog: "password"; user: User }
  | { dialog: "question"; user: User; kind: UserQuestionKind };

/** Who may sign in, and what they may do. */
export default function UsersPage() {
  const [address, setAddress] = useSearchParams();
  const listed = listedOf(address);
  const users = useQuery(usersQuery(listed));
  const [open, setOpen] = useState<Open | null>(null);
  const set = (name: string, value: string | null) =>
    setAddress((was) => withParameter(was, name, value), { replace: true });
  const isFiltered = ["search", "role", "state"].some((name) => address.has(name));
  const close = () => setOpen(null);
  const total = users.data?.meta.total;
  return (
    <div className={classes.page}>
      <PageHeading title="Users" detail={total === undefined ? undefined : count(total, "user")} />
      <UsersToolbar address={address} set={set} onNew={() => setOpen({ dialog: "form", user: null })} />
      {users.data === undefined ? (
        users.isError ? (
          <Failed error={users.error} retry={() => void users.refetch()} />
        ) : (
          <Loading what="the users" />
        )
      ) : users.data.data.length === 0 ? (
        <Empty title={isFiltered ? "No user is like that." : "There is nobody on this page."}>
          <Button variant="default" onClick={() => setAddress({}, { replace: true })}>
            Show all users
          </Button>
        </Empty>
      ) : (
        <>
          <UsersTable
            users={users.data.data}
            sort={listed.sort}
            onSort={(sort) => set("sort", sort)}
            isOld={users.isPlaceholderData}
            onEdit={(user) => setOpen({ dialog: "form", user })}
            onReset={(user) => setOpen({ dialog: "password", user })}
            onAsk={(kind, user) => setOpen({ dialog: "question", user, kind })}
          />
          <Pager
            pageSize={PAGE_SIZE}
            page={listed.page}
            shown={users.data.data.length}
            total={users.data.meta.total}
            onPage={(page) => set("page", page === 1 ? null : String(page))}
          />
        </>
      )}
      {open?.dialog === "form" && <UserDialog user={open.user} onClose={close} />}
      {open?.dialog === "password" && <PasswordReset user={open.user} onClose={close} />}
      {open?.dialog === "question" && <UserQuestion user={open.user} kind={open.kind} onClose={close} />}
    </div>
  );
}
