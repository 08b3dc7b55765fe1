import { Checkbox, Loader, Modal, SegmentedControl, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Group } from "@/api/types";
import { Pager } from "@/components/list/Pager";
import { SearchField } from "@/components/list/SearchField";
import { Failed, Loading } from "@/components/PageState";
import { camerasQuery, changeCamera, renewCameras } from "@/features/cameras/cameraQueries";
import type { Camera } from "@/features/cameras/cameraTypes";
import { problemOf } from "@/lib/problem";
import classes from "./MembersDialog.module.css";
import { groupAfter, type Place, placeOf, placeText } from "./membership";

const PAGE_SIZE = 20;

/** Which cameras are in a group: each is put in or taken out by its box, at once. */
export function MembersDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Cameras of ${group.name}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Members group={group} />
    </Modal>
  );
}

function Members({ group }: { group: Group }) {
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState<"all" | "members">("all");
  const [page, setPage] = useState(1);
  // For as long as the dialog is open, on whatever page of it.
  const before = useRef(new Map<string, Place>());
  const cameras = useQuery(
    camerasQuery({
      ...(search !== "" && { search }),
      ...(shown === "members" && { group_id: group.id }),
      sort: "name",
      page,
      page_size: PAGE_SIZE,
    }),
  );
  return (
    <div className={classes.members}>
      <SearchField
        label="Search cameras"
        placeholder="Name, address, place"
        text={search}
        onSearch={(text) => {
          setSearch(text);
          setPage(1);
        }}
      />
      <SegmentedControl
        size="xs"
        aria-label="Which cameras are listed"
        value={shown}
        onChange={(value) => {
          setShown(value === "members" ? "members" : "all");
          setPage(1);
        }}
        data={[
          { value: "all", label: "All cameras" },
          { value: "members", label: "In the group" },
        ]}
      />
      {cameras.data === undefined ? (
        cameras.isError ? (
          <Failed error={cameras.error} retry={() => void cameras.refetch()} />
        ) : (
          <Loading what="the cameras" />
        )
      ) : cameras.data.data.length === 0 ? (
        <Text size="sm" c="var(--cf-quiet)" py="md">
          {shown === "members" && search === ""
            ? "No camera is in this group yet: choose some of all."
            : "No camera is like that."}
        </Text>
      ) : (
        <>
          <ul className={classes.list}>
            {cameras.data.data.map((camera) => (
              <Member key={camera.id} camera={camera} group={group} before={before.current} />
            ))}
          </ul>
          <Pager
            page={page}
            pageSize={PAGE_SIZE}
            shown={cameras.data.data.length}
            total={cameras.data.meta.total}
            onPage={setPage}
          />
        </>
      )}
    </div>
  );
}

function Member({
  camera,
  group,
  before,
}: {
  camera: Camera;
  group: Group;
  /** Where cameras were that were put in here, by their ids. */
  before: Map<string, Place>;
}) {
  const client = useQueryClient();
  const was = before.get(camera.id) ?? null;
  const moving = useMutation({
    mutationFn: (isIn: boolean) => changeCamera(camera.id, { group_id: groupAfter(isIn, group.id, was) }),
    onMutate: (isIn) => {
      if (isIn) before.set(camera.id, placeOf(camera));
    },
    onSuccess: () => renewCameras(client),
  });
  const isIn = camera.group_id === group.id;
  const detail = [camera.location, placeText(isIn, placeOf(camera), was)];
  return (
    <li className={classes.member}>
      <Checkbox
        label={camera.name}
        description={detail.filter((one) => one !== null).join(" · ")}
        // As it will be, until it is refused: putting a camera in is undone by the same box.
        checked={moving.isPending ? moving.variables : isIn}
        disabled={moving.isPending}
        error={moving.isError ? problemOf(moving.error) : undefined}
        onChange={(event) => moving.mutate(event.currentTarget.checked)}
      />
      {moving.isPending && <Loader size={14} aria-label="Saving" />}
    </li>
  );
}
