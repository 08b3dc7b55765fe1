import { Link } from "react-router";
import { PageHeading } from "@/components/PageHeading";
import { Empty } from "@/components/PageState";

/** An address that is no page, or none for this user. */
export function NotFound() {
  return (
    <>
      <PageHeading title="Not found" />
      <Empty title="There is no such page, or none for you.">
        Look at the address, or begin at <Link to="/wall">the wall</Link>.
      </Empty>
    </>
  );
}
