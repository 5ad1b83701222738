import { EmptyState } from "@/components/states";

export function BotPage() {
  return <EmptyState title="Bot">This page is being built.</EmptyState>;
}
