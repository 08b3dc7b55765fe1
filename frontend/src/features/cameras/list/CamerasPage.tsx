import { Button } from "@mantine/core";
import { IconDownload, IconPlus, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { Pager } from "@/components/list/Pager";
import { NotRenewed } from "@/components/NotRenewed";
import { notify } from "@/components/notify";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { CameraQuestion, type CameraQuestionKind } from "@/features/cameras/CameraQuestion";
import { CameraTabs } from "@/features/cameras/CameraTabs";
import { allCameras, camerasQuery, summaryQuery } from "@/features/cameras/cameraQueries";
import type { Camera } from "@/features/cameras/cameraTypes";
import { CameraDialog } from "@/features/cameras/form/CameraDialog";
import { ExportDialog } from "@/features/cameras/transfer/ExportDialog";
import { problemOf } from "@/lib/problem";
import { useMay } from "@/lib/session";
import { BulkBar } from "./BulkBar";
import { BulkDialog } from "./BulkDialog";
import type { BulkKind } from "./bulk";
import type { CameraMenuAction } from "./CameraMenu";
import classes from "./CamerasPage.module.css";
import { CamerasTable } from "./CamerasTable";
import { CamerasToolbar } from "./CamerasToolbar";
import { isFiltered, listedOf, PAGE_SIZES, withoutFilters, withParameter } from "./listed";
import { NOTHING, type Selection, withChosen } from "./selection";

type Open =
  | { dialog: "question"; kind: CameraQuestionKind; camera: Camera }
  | { dialog: "bulk"; kind: BulkKind }
  | { dialog: "export" };

/** All cameras of the fleet: how they are, who records them, and what can be done with them. */
export default function CamerasPage() {
  const [address, setAddress] = useSearchParams();
  const listed = listedOf(address);
  const cameras = useQuery(camerasQuery(listed));
  const summary = useQuery(summaryQuery);
  const mayWrite = useMay("cameras:write");
  const [open, setOpen] = useState<Open | null>(null);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [isGathering, setIsGathering] = useState(false);
  // Typing and filtering are no steps of their own back; a page of the list and opening a form are.
  const set = (name: string, value: string | null) =>
    setAddress((was) => withParameter(was, name, value), {
      replace: name !== "page" && (name !== "form" || value === null),
    });
  const act = (action: CameraMenuAction, camera: Camera) =>
    action === "edit" ? set("form", camera.id) : setOpen({ dialog: "question", kind: action, camera });
  const chooseAll = async () => {
    setIsGathering(true);
    try {
      setSelection(withChosen(selection, await allCameras(listed), true));
    } catch (error) {
      notify({ title: "Not all could be chosen", message: problemOf(error), kind: "problem" });
    } finally {
      setIsGathering(false);
    }
  };
  const page = cameras.data;
  const lastPage = Math.ceil((page?.meta.total ?? 0) / listed.page_size);
  const isPastEnd = !cameras.isPlaceholderData && page?.data.length === 0 && lastPage > 0;
  useEffect(() => {
    // As after the last ones on the last page were deleted.
    if (isPastEnd)
      setAddress((was) => withParameter(was, "page", lastPage === 1 ? null : String(lastPage)), {
        replace: true,
      });
  }, [isPastEnd, lastPage, setAddress]);
  const isEmpty = page?.meta.total === 0 && !isFiltered(address);
  return (
    <div className={classes.page}>
      <PageHeading title="Cameras" />
      <CameraTabs>
        {page !== undefined && !isEmpty && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => setOpen({ dialog: "export" })}
          >
            Export
          </Button>
        )}
        {mayWrite && (
          <>
            <Button
              component={Link}
              to="/cameras/import"
              size="xs"
              variant="default"
              leftSection={<IconUpload size={14} aria-hidden />}
            >
              Import
            </Button>
            <Button
              size="xs"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => set("form", "new")}
            >
              Add a camera
            </Button>
          </>
        )}
      </CameraTabs>
      {!isEmpty && <CamerasToolbar address={address} summary={summary.data} set={set} />}
      <NotRenewed query={cameras} />
      {page === undefined ? (
        cameras.isError ? (
          <Failed error={cameras.error} retry={() => void cameras.refetch()} />
        ) : (
          <Loading what="the cameras" />
        )
      ) : isEmpty ? (
        <NoCameras mayWrite={mayWrite} onAdd={() => set("form", "new")} />
      ) : page.data.length === 0 ? (
        <Empty title={page.meta.total === 0 ? "No camera is like that" : "There is no camera on this page"}>
          <p>Search for less, or look at all of them.</p>
          <Button
            variant="default"
            onClick={() => setAddress((was) => withParameter(withoutFilters(was), "page", null))}
          >
            Show all cameras
          </Button>
        </Empty>
      ) : (
        <>
          <CamerasTable
            cameras={page.data}
            sort={listed.sort}
            onSort={(sort) => set("sort", sort)}
            isOld={cameras.isPlaceholderData}
            selection={selection}
            onSelect={setSelection}
            onAct={act}
          />
          <Pager
            page={listed.page}
            pageSize={listed.page_size}
            shown={page.data.length}
            total={page.meta.total}
            onPage={(number) => set("page", number === 1 ? null : String(number))}
            sizes={PAGE_SIZES}
            onSize={(size) => set("size", size === PAGE_SIZES[0] ? null : String(size))}
          />
        </>
      )}
      {selection.size > 0 && (
        <BulkBar
          chosen={selection.size}
          total={page?.meta.total ?? 0}
          isGathering={isGathering}
          onAll={() => void chooseAll()}
          onAct={(kind) => setOpen({ dialog: "bulk", kind })}
          onNone={() => setSelection(NOTHING)}
        />
      )}
      {mayWrite && <CameraDialog wanted={address.get("form")} set={(value) => set("form", value)} />}
      {open?.dialog === "question" && (
        <CameraQuestion camera={open.camera} kind={open.kind} onClose={() => setOpen(null)} />
      )}
      {open?.dialog === "bulk" && (
        <BulkDialog
          kind={open.kind}
          chosen={[...selection.values()]}
          onClose={() => setOpen(null)}
          onDone={(left) => setSelection((was) => new Map([...was].filter(([id]) => left.includes(id))))}
        />
      )}
      {open?.dialog === "export" && (
        <ExportDialog groupId={listed.group_id ?? null} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}

function NoCameras({ mayWrite, onAdd }: { mayWrite: boolean; onAdd: () => void }) {
  return (
    <Empty title={mayWrite ? "No camera yet: add the first one" : "No camera yet"}>
      {mayWrite ? (
        <>
          <p>
            Add a camera of the network by its address, or import a list of them, and assign them to the hosts
            that are to record them. Cameras that are named in a host's own settings appear here by themselves
            when that host reports.
          </p>
          <div className={classes.ways}>
            <Button onClick={onAdd}>Add a camera</Button>
            <Button component={Link} to="/cameras/import" variant="default">
              Import a list
            </Button>
          </div>
        </>
      ) : (
        <p>Ask an operator to add one, or an admin to let you see a group of cameras.</p>
      )}
    </Empty>
  );
}
