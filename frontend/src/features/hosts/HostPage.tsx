import { PageHeading } from "@/components/PageHeading";

export default function HostPage() {
  return <PageHeading title="Host" />;
}
