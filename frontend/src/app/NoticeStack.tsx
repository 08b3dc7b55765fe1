import "@mantine/notifications/styles.css";
import { Notifications } from "@mantine/notifications";
import classes from "./NoticeStack.module.css";

export default function NoticeStack() {
  return <Notifications className={classes.stack} position="bottom-right" limit={4} zIndex={400} />;
}
