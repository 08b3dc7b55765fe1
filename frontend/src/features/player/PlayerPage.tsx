import { PageHeading } from "@/components/PageHeading";

export default function PlayerPage() {
  return <PageHeading title="Player" />;
}
