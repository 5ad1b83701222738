import { EmptyState } from "@/components/states";

export function DecisionPage() {
  return <EmptyState title="Decision">This page is being built.</EmptyState>;
}
