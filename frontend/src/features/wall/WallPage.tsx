import { PageHeading } from "@/components/PageHeading";

export default function WallPage() {
  return <PageHeading title="Wall" />;
}
