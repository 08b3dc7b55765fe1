import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconPencil, IconPlayerPlay, IconPower, IconTrash } from "@tabler/icons-react";
import { Link } from "react-router";
import { deviceOf } from "@/features/cameras/cameraFacts";
import type { Camera } from "@/features/cameras/cameraTypes";
import { playerPath } from "@/lib/deviceAddress";
import { useMay } from "@/lib/session";

export type CameraMenuAction = "edit" | "activate" | "deactivate" | "delete";

/** What can be done with one camera of the list, for who may change cameras. */
export function CameraMenu({ camera, onAct }: { camera: Camera; onAct: (action: CameraMenuAction) => void }) {
  const device = deviceOf(camera);
  const mayWatch = useMay("archive:read");
  const power = camera.is_active ? "deactivate" : "activate";
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${camera.name}`}>
          <IconDots size={18} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {device !== null && mayWatch && (
          <Menu.Item
            component={Link}
            to={playerPath(device)}
            leftSection={<IconPlayerPlay size={16} stroke={1.75} />}
          >
            Open the player
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconPencil size={16} stroke={1.75} />} onClick={() => onAct("edit")}>
          Edit
        </Menu.Item>
        <Menu.Item leftSection={<IconPower size={16} stroke={1.75} />} onClick={() => onAct(power)}>
          {camera.is_active ? "Deactivate" : "Activate"}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={16} stroke={1.75} />} onClick={() => onAct("delete")}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
