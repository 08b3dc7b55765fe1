import { Button, Loader } from "@mantine/core";
import { IconAlertTriangle, IconInbox } from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { ApiError } from "@/api/errors";
import classes from "./PageState.module.css";

// What is there sooner than this would only flash.
const SHOWN_AFTER_MS = 300;
const SAYS_MORE_AFTER_MS = 4_000;

/** While something is fetched. `what`: "the devices", "lab-2's time line". */
export function Loading({ what }: { what: string }) {
  const [stage, setStage] = useState<"hidden" | "shown" | "long">("hidden");
  useEffect(() => {
    const first = setTimeout(() => setStage("shown"), SHOWN_AFTER_MS);
    const second = setTimeout(() => setStage("long"), SAYS_MORE_AFTER_MS);
    return () => {
      clearTimeout(first);
      clearTimeout(second);
    };
  }, []);
  return (
    <div className={classes.state} role="status" data-testid="loading">
      {stage !== "hidden" && (
        <>
          <Loader size="sm" aria-hidden />
          <p>
            Waiting for {what}…{stage === "long" && " This takes longer than usual; it goes on by itself."}
          </p>
        </>
      )}
    </div>
  );
}

/** Where a list has nothing. `children` say what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={classes.state} data-testid="empty">
      <IconInbox size={28} stroke={1.5} aria-hidden />
      <h2>{title}</h2>
      {children !== undefined && <div className={classes.words}>{children}</div>}
    </div>
  );
}

/** What went wrong, what to do, and a way to try again. `children`: what else there is to say or to do. */
export function Failed({
  error,
  retry,
  children,
}: {
  error: unknown;
  retry?: () => void;
  children?: ReactNode;
}) {
  const known = error instanceof ApiError ? error : null;
  const remedy = known?.remedy ?? "Load the page again. If it comes back, tell your operator what you did.";
  const words = [remedy, known?.inLog ?? ""].filter((part) => part !== "").join(" ");
  return (
    <div className={classes.state} role="alert" data-testid="failed">
      <IconAlertTriangle size={28} stroke={1.5} aria-hidden />
      <h2>{known?.message ?? "This page met an error of its own."}</h2>
      {words !== "" && <p className={classes.words}>{words}</p>}
      {children}
      {retry !== undefined && (
        <Button variant="default" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}
