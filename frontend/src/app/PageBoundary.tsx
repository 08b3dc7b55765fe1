import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";
import { Failed } from "@/components/PageState";
import { isMissingPart } from "@/lib/problem";
import classes from "./PageBoundary.module.css";

interface BoundaryProps {
  children: ReactNode;
  /** What is shown; another one is tried afresh. */
  page: string;
}

type Trouble = "error" | "missing part" | null;

/** Around each page: what breaks one leaves the frame, and says what to do. */
export class PageBoundary extends Component<BoundaryProps, { trouble: Trouble; page: string }> {
  override state: { trouble: Trouble; page: string } = { trouble: null, page: this.props.page };

  static getDerivedStateFromError(error: unknown): { trouble: Trouble } {
    return { trouble: isMissingPart(error) ? "missing part" : "error" };
  }

  static getDerivedStateFromProps({ page }: BoundaryProps, state: { page: string }) {
    return page === state.page ? null : { trouble: null, page };
  }

  override render(): ReactNode {
    const { trouble } = this.state;
    if (trouble === null) return this.props.children;
    if (trouble === "error") return <Failed error={null} retry={() => this.setState({ trouble: null })} />;
    return (
      <div className={classes.missing} role="alert">
        <h2>A part of this page could not be loaded.</h2>
        <p>Coldframe was updated since you opened it, or the gateway does not answer. Load the page again.</p>
        <Button
          leftSection={<IconRefresh size={16} stroke={1.75} />}
          onClick={() => window.location.reload()}
        >
          Load again
        </Button>
      </div>
    );
  }
}
