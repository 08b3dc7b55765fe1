import { useQuery } from "@tanstack/react-query";
import { type ReactNode, Suspense, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { ApiError } from "@/api/errors";
import { NotRenewed } from "@/components/NotRenewed";
import { PageHeading } from "@/components/PageHeading";
import { Empty, Failed, Loading } from "@/components/PageState";
import { Section } from "@/components/Section";
import { CameraQuestion, type CameraQuestionKind } from "@/features/cameras/CameraQuestion";
import { cameraQuery } from "@/features/cameras/cameraQueries";
import { CameraDialog } from "@/features/cameras/form/CameraDialog";
import { HealthHistory } from "@/features/cameras/health/HealthHistory";
import { useMay } from "@/lib/session";
import { CameraActions } from "./CameraActions";
import { CameraFacts } from "./CameraFacts";
import classes from "./CameraPage.module.css";
import { CameraPicture } from "./CameraPicture";
import { CameraSnapshots } from "./CameraSnapshots";

/**
 * One camera: what it shows, how it is and was, and everything that can be done with it. `captions`: what is said
 * of them, by the camera's external id.
 */
export default function CameraPage({ captions }: { captions: (camera: string) => ReactNode }) {
  const mayCaptions = useMay("captions:read");
  const which = useParams().camera ?? "";
  const camera = useQuery(cameraQuery(which));
  const [address, setAddress] = useSearchParams();
  const navigate = useNavigate();
  const mayWrite = useMay("cameras:write");
  const [question, setQuestion] = useState<CameraQuestionKind | null>(null);
  const setForm = (wanted: string | null) =>
    setAddress(
      (was) => {
        const next = new URLSearchParams(was);
        if (wanted === null) next.delete("form");
        else next.set("form", wanted);
        return next;
      },
      { replace: wanted === null },
    );
  const heading = (
    <PageHeading
      title={camera.data?.name ?? which}
      detail={
        <Link to="/cameras" className={classes.back}>
          All cameras
        </Link>
      }
    />
  );
  if (camera.data === undefined) {
    return (
      <>
        {heading}
        {isGone(camera.error) ? (
          <Empty title={`There is no camera ${which}`}>
            It was deleted or has another id now, or you are limited to other cameras.{" "}
            <Link to="/cameras">Look at all cameras</Link>.
          </Empty>
        ) : camera.isError ? (
          <Failed error={camera.error} retry={() => void camera.refetch()} />
        ) : (
          <Loading what="the camera" />
        )}
      </>
    );
  }
  const { data } = camera;
  return (
    <>
      {heading}
      <NotRenewed query={camera} />
      <div className={classes.top}>
        <CameraPicture camera={data} />
        <div className={classes.side}>
          <CameraActions camera={data} onEdit={() => setForm(data.id)} onAsk={setQuestion} />
          <CameraFacts camera={data} />
        </div>
      </div>
      <HealthHistory camera={data} />
      {mayCaptions && (
        <Section title="Captions">
          <Suspense fallback={<Loading what="its captions" />}>{captions(data.external_id)}</Suspense>
        </Section>
      )}
      <Section title="Snapshots">
        <CameraSnapshots camera={data} />
      </Section>
      {mayWrite && <CameraDialog wanted={address.get("form")} set={setForm} />}
      {question !== null && (
        <CameraQuestion
          camera={data}
          kind={question}
          onClose={() => setQuestion(null)}
          onDone={() => question === "delete" && void navigate("/cameras")}
        />
      )}
    </>
  );
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
