import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { Failed, Loading } from "@/components/PageState";
import { CameraNumbers } from "./CameraNumbers";
import classes from "./CaptionsCard.module.css";
import { cameraCaptionsPath } from "./captionAddress";
import { captionedCameraQuery, statusQuery } from "./captionQueries";

/** A camera's captions, for its own page. `camera`: its external id. */
export default function CaptionsCard({ camera: which }: { camera: string }) {
  const status = useQuery(statusQuery);
  // Where captions are off there is nothing to ask of a camera.
  const isOn = status.data !== undefined && status.data.status !== "off";
  const camera = useQuery({ ...captionedCameraQuery(which), enabled: isOn });
  if (status.data?.status === "off") {
    return <p className={classes.quiet}>{status.data.problem ?? "Captions are off."}</p>;
  }
  const waitsFor = isOn ? camera : status;
  if (camera.data === undefined) {
    return waitsFor.isError ? (
      <Failed error={waitsFor.error} retry={() => void waitsFor.refetch()} />
    ) : (
      <Loading what="its captions" />
    );
  }
  if (camera.data === null) return <p className={classes.quiet}>It is not known here any more.</p>;
  return (
    <div className={classes.card}>
      <CameraNumbers camera={camera.data} />
      <Button
        component={Link}
        to={cameraCaptionsPath(which)}
        size="xs"
        variant="default"
        className={classes.open}
      >
        Preview and rules
      </Button>
    </div>
  );
}
