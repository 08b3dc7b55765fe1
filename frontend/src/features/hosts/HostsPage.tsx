import { PageHeading } from "@/components/PageHeading";

export default function HostsPage() {
  return <PageHeading title="Hosts" />;
}
