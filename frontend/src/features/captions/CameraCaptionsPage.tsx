import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { NotRenewed } from "@/components/NotRenewed";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { Section } from "@/components/Section";
import { CameraActions } from "./CameraActions";
import classes from "./CameraCaptionsPage.module.css";
import { CameraNumbers } from "./CameraNumbers";
import { CaptionsOff } from "./CaptionsOff";
import { captionedCameraQuery, statusQuery } from "./captionQueries";
import type { CaptionedCamera } from "./captionTypes";
import { LastRuns } from "./LastRuns";
import { Trying } from "./Trying";

/** One camera's captions: what is cached, what would become of it by which rules, and having that done. */
export default function CameraCaptionsPage() {
  const which = useParams().camera ?? "";
  const status = useQuery(statusQuery);
  // Where captions are off there is nothing to ask of a camera.
  const isOn = status.data !== undefined && status.data.status !== "off";
  const camera = useQuery({ ...captionedCameraQuery(which), enabled: isOn });
  const waitsFor = isOn ? camera : status;
  return (
    <>
      <PageHeading title={`${camera.data?.camera ?? which}: captions`} />
      {status.data?.status === "off" ? (
        <CaptionsOff problem={status.data.problem} />
      ) : camera.data === undefined ? (
        waitsFor.isError ? (
          <Failed error={waitsFor.error} retry={() => void waitsFor.refetch()} />
        ) : (
          <Loading what="its captions" />
        )
      ) : camera.data === null ? (
        <Empty title={`There is no camera ${which}`}>
          It was deleted or has another id now, or you are limited to other cameras.{" "}
          <Link to="/cameras">Look at all cameras</Link>.
        </Empty>
      ) : (
        <>
          <NotRenewed query={camera} />
          <Parts camera={camera.data} />
        </>
      )}
    </>
  );
}

function Parts({ camera }: { camera: CaptionedCamera }) {
  return (
    <>
      <section className={classes.top} aria-label="Now">
        <CameraNumbers camera={camera} />
        <CameraActions camera={camera} />
      </section>
      <Trying camera={camera.camera_id} />
      <Section title="What became of its captions">
        <LastRuns camera={camera.camera_id} />
      </Section>
    </>
  );
}
