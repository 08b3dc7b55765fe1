import { Navigate, useParams } from "react-router";

/** The short address of an event: its details beside the list. */
export default function EventLink() {
  const { eventId = "" } = useParams();
  return <Navigate to={`/events?${new URLSearchParams({ event: eventId })}`} replace />;
}
