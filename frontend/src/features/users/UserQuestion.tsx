import type { User } from "@/api/types";
import { Confirmation } from "@/components/Confirmation";
import { notify } from "@/components/notify";
import { problemOf } from "@/lib/problem";
import { useMe } from "@/lib/session";
import { useUserCommand } from "./userQueries";

export type UserQuestionKind = "disable" | "enable" | "delete";

const WORDS: Readonly<Record<UserQuestionKind, { verb: string; done: string; cost: string }>> = {
  disable: {
    verb: "Disable",
    done: "is disabled",
    cost: "They are signed out at once and cannot sign in until somebody enables them. Nothing of theirs is lost.",
  },
  enable: {
    verb: "Enable",
    done: "is enabled",
    cost: "They can sign in again with the password that they have.",
  },
  delete: {
    verb: "Delete",
    done: "is deleted",
    cost: "They are signed out at once, and their account is gone, with the saved views that only they see. Views that they share with everybody become yours. To keep what they did under their name, disable them instead.",
  },
};

/** Of one's own account, which nobody needs to enable. */
const OWN: Readonly<Record<UserQuestionKind, string>> = {
  disable:
    "This is your own account: you are signed out at once and cannot sign in until another admin enables it.",
  enable: "This is your own account.",
  delete: "This is your own account: you are signed out at once, and it is gone, with your saved views.",
};

/** Asks before a user is disabled, enabled or deleted, and says why it was refused. */
export function UserQuestion({
  user,
  kind,
  onClose,
}: {
  user: User;
  kind: UserQuestionKind;
  onClose: () => void;
}) {
  const me = useMe();
  const command = useUserCommand();
  const { verb, done, cost } = WORDS[kind];
  const carryOut = () =>
    command.mutate(
      kind === "delete"
        ? { kind, id: user.id }
        : { kind: "change", id: user.id, changes: { is_active: kind === "enable" } },
      {
        onSuccess: () => {
          notify({ title: `${user.username} ${done}`, kind: "done" });
          onClose();
        },
      },
    );
  return (
    <Confirmation
      opened
      title={`${verb} ${user.username}?`}
      confirm={verb}
      isDestructive={kind !== "enable"}
      isBusy={command.isPending}
      problem={command.isError ? problemOf(command.error) : null}
      onConfirm={carryOut}
      onClose={onClose}
    >
      {user.id === me.id ? OWN[kind] : cost}
    </Confirmation>
  );
}
