// The pages, and the tools that are the same on each: palette, clock, theme, notifications.
import { Link } from "@tanstack/react-router";
import { usePublic } from "@/api/public";
import { logOut, useMayWrite } from "@/api/session";
import { Segments, Switch } from "@/components/fields";
import { Time } from "@/components/figures";
import { markSeen, useNotices } from "@/components/notices";
import { Popover } from "@/components/Popover";
import { pagesOf } from "@/components/pages";
import { EmptyState } from "@/components/states";
import { type ClockZone, type Theme, usePreferences } from "@/preferences";
import type { Overlay } from "./Shell";

export function Nav({ onOverlay }: { onOverlay: (overlay: Overlay) => void }) {
  const shownToPublic = usePublic();
  return (
    <nav className="nav" aria-label="Pages">
      <ul>
        {pagesOf(shownToPublic).map((page) => (
          <li key={page.to}>
            <Link to={page.to} className="nav-link" activeOptions={{ exact: page.to === "/", includeSearch: false }}>
              {page.label}
            </Link>
          </li>
        ))}
      </ul>
      <div className="nav-tools">
        <button type="button" className="button button-quiet hide-narrow" onClick={() => onOverlay("palette")}>
          Go <kbd>Ctrl K</kbd>
        </button>
        <Notifications />
        <View onOverlay={onOverlay} />
      </div>
    </nav>
  );
}

function Notifications() {
  const notices = useNotices((store) => store.notices);
  const unseen = notices.filter((notice) => !notice.seen).length;
  return (
    <Popover
      label={`Log${unseen > 0 ? ` ${unseen}` : ", no"} new notifications`}
      trigger={<>Log {unseen > 0 && <span className="count-dot">{unseen}</span>}</>}
      onOpenChange={(open) => !open && markSeen()}
    >
      {notices.length === 0 && <EmptyState title="Nothing yet">Orders and alerts are kept here.</EmptyState>}
      {notices.map((notice) => (
        <div key={notice.id} className="toast" data-tone={notice.tone}>
          <span>{notice.title}</span>
          <Time at={notice.at} as="clock" />
          {notice.text && <p>{notice.text}</p>}
        </div>
      ))}
    </Popover>
  );
}

const THEMES: readonly { value: Theme; label: string }[] = [
  { value: "dark", label: "Dark" },
  { value: "light", label: "Light" },
  { value: "contrast", label: "Contrast" },
];
const ZONES: readonly { value: ClockZone; label: string }[] = [
  { value: "utc", label: "UTC" },
  { value: "local", label: "Local" },
];

function View({ onOverlay }: { onOverlay: (overlay: Overlay) => void }) {
  const preferences = usePreferences();
  const mayWrite = useMayWrite();
  return (
    <Popover label="View" trigger="View">
      <div className="view-menu">
        <p className="menu-heading">Theme</p>
        <Segments
          label="Theme"
          value={preferences.theme}
          options={THEMES}
          onChange={(theme) => preferences.set({ theme })}
        />
        <p className="menu-heading">Times in</p>
        <Segments
          label="Times in"
          value={preferences.zone}
          options={ZONES}
          onChange={(zone) => preferences.set({ zone })}
        />
        <p className="menu-heading">Sound on our orders</p>
        <Switch
          label="Sound on our orders"
          checked={preferences.sound}
          onChange={(sound) => preferences.set({ sound })}
        />
        <p className="menu-heading">Single-key shortcuts</p>
        <Switch
          label="Single-key shortcuts"
          checked={preferences.keys}
          onChange={(keys) => preferences.set({ keys })}
        />
        <p className="menu-heading">This browser</p>
        <button type="button" className="menu-item" onClick={() => onOverlay("keys")}>
          Keys <kbd>?</kbd>
        </button>
        {mayWrite && (
          <button type="button" className="menu-item" onClick={() => void logOut()}>
            Log out
          </button>
        )}
      </div>
    </Popover>
  );
}
