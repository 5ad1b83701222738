import { EmptyState } from "@/components/states";

export function ArenaPage() {
  return <EmptyState title="Arena">This page is being built.</EmptyState>;
}
