import { ActionIcon, Avatar, type MantineColorScheme, Menu, useMantineColorScheme } from "@mantine/core";
import { IconKey, IconKeyboard, IconLogout } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { api } from "@/api/client";
import { errorOf } from "@/api/errors";
import { tellTabs } from "@/api/loginNews";
import { meQuery } from "@/api/queries";
import { notify } from "@/components/notify";
import { problemOf } from "@/lib/problem";
import { useMe } from "@/lib/session";
import { capitalised } from "@/lib/stateMarks";

const PasswordDialog = lazy(() => import("@/features/account/PasswordDialog"));

// "m.keller" is MK, "admin" is AD.
function initialsOf(username: string): string {
  const [first = "", second] = username.split(/[._-]+/).filter((part) => part !== "");
  return (second === undefined ? first.slice(0, 2) : first.charAt(0) + second.charAt(0)).toUpperCase();
}

const THEMES: readonly { scheme: MantineColorScheme; label: string }[] = [
  { scheme: "dark", label: "Dark theme" },
  { scheme: "light", label: "Light theme" },
  { scheme: "auto", label: "Theme of the system" },
];

/** Who is signed in; theme; keys; one's own password; signing out. */
export function UserMenu({ showKeys }: { showKeys: () => void }) {
  const me = useMe();
  const initials = initialsOf(me.username);
  const client = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [isChanging, setChanging] = useState(false);
  const choose = (value: string) => {
    const theme = THEMES.find(({ scheme }) => scheme === value);
    if (theme !== undefined) setColorScheme(theme.scheme);
  };
  const signOut = async () => {
    try {
      const { response, error } = await api.POST("/api/v1/auth/logout");
      if (!response.ok) throw await errorOf(response, error);
    } catch (problem) {
      notify({ title: "You are still signed in", message: problemOf(problem), kind: "problem" });
      return;
    }
    tellTabs("signed-out");
    client.setQueryData(meQuery.queryKey, null);
  };
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon
            variant="transparent"
            size={36}
            radius="xl"
            aria-label={`${initials}: account of ${me.username}`}
          >
            <Avatar size={30} radius="xl" color="gray" aria-hidden>
              {initials}
            </Avatar>
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {me.username} · {capitalised(me.role)}
          </Menu.Label>
          <Menu.RadioGroup value={colorScheme} onChange={choose}>
            {THEMES.map(({ scheme, label }) => (
              <Menu.RadioItem key={scheme} value={scheme}>
                {label}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Divider />
          <Menu.Item leftSection={<IconKeyboard size={16} stroke={1.75} />} onClick={showKeys}>
            Keyboard
          </Menu.Item>
          <Menu.Item leftSection={<IconKey size={16} stroke={1.75} />} onClick={() => setChanging(true)}>
            Change password
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={16} stroke={1.75} />} onClick={() => void signOut()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isChanging && (
        <Suspense fallback={null}>
          <PasswordDialog onClose={() => setChanging(false)} />
        </Suspense>
      )}
    </>
  );
}
