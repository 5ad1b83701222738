import { EmptyState } from "@/components/states";

export function HelpPage() {
  return <EmptyState title="Help">This page is being built.</EmptyState>;
}
