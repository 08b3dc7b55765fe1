import { ActionIcon, Avatar, Menu, useMantineColorScheme } from "@mantine/core";
import { IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { meQuery } from "@/api/queries";
import { useMe } from "@/lib/session";

/** Who is signed in; theme; signing out. */
export function UserMenu() {
  const me = useMe();
  const client = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = async () => {
    await api.POST("/api/v1/auth/logout");
    client.clear();
    client.setQueryData(meQuery.queryKey, null);
  };
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="transparent" size={32} aria-label={`Account of ${me.username}`}>
          <Avatar size={28} radius="xl" name={me.username} color="gray" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.username} · {me.role}
        </Menu.Label>
        <Menu.Item
          leftSection={colorScheme === "light" ? <IconMoon size={16} /> : <IconSun size={16} />}
          onClick={() => setColorScheme(colorScheme === "light" ? "dark" : "light")}
        >
          {colorScheme === "light" ? "Dark theme" : "Light theme"}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
