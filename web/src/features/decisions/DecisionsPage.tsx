import { EmptyState } from "@/components/states";

export function DecisionsPage() {
  return <EmptyState title="Decisions">This page is being built.</EmptyState>;
}
