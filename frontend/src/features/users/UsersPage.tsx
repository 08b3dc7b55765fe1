import { PageHeading } from "@/components/PageHeading";

export default function UsersPage() {
  return <PageHeading title="Users" />;
}
