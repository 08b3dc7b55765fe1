import { Outlet, useLocation, useSearchParams } from "react-router";
import { useMe } from "@/lib/session";
import { JobDrawer } from "./JobDrawer";
import classes from "./JobsFrame.module.css";
import { JobTabs } from "./JobTabs";
import { withJob } from "./listed";
import { Missing } from "./Missing";

/** What all pages below /jobs have: their tabs, what is missing to do any job, and the job that `?job=` opens. */
export default function JobsFrame() {
  const me = useMe();
  const [address, setAddress] = useSearchParams();
  const { pathname } = useLocation();
  // Jobs are about all cameras: who is limited to some is refused them, and sees what is left below.
  if (me.limited_to_groups) return <Outlet />;
  return (
    <div className={classes.page}>
      <JobTabs address={address} pathname={pathname} />
      <Missing />
      <Outlet />
      <JobDrawer
        id={address.get("job")}
        onClose={() => setAddress((was) => withJob(was, null), { replace: true })}
      />
    </div>
  );
}
