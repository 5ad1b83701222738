// What the API takes for a bot, checked as it is typed: the same rules, said before anything is sent. Pure.
const ID = /^[a-z0-9.-]{1,64}$/;
const WALLET = /^0x[0-9a-fA-F]{40}$/;
const NAME_MAX = 100;
const MULTIPLIER_MIN = 0.01;
const MULTIPLIER_MAX = 10;
const USD_MAX = 1e12;
const DECIMAL = /^\d+(?:\.(\d+))?$/;

/** A sentence, or undefined where the text can be sent. */
export type Fault = string | undefined;

export function idFault(text: string, taken: readonly string[] = []): Fault {
  if (text === "") return "An id is needed.";
  if (!ID.test(text)) return "1 to 64 of a–z, 0–9, full stop and hyphen.";
  return taken.includes(text) ? "A bot of this id is watched already." : undefined;
}

export function walletFault(text: string, taken: readonly string[] = []): Fault {
  if (text === "") return "A wallet is needed.";
  if (!WALLET.test(text)) return "0x and 40 hexadecimal digits.";
  return taken.includes(text.toLowerCase()) ? "This wallet is watched already." : undefined;
}

export function nameFault(text: string): Fault {
  const name = text.trim();
  if (name === "") return "A name is needed.";
  if (name.length > NAME_MAX) return `At most ${NAME_MAX} characters.`;
  // Control and format characters would not show, and two names that look alike would not be alike.
  return /\p{C}/u.test(name) ? "Printable characters only." : undefined;
}

/** Of a multiplier; empty is the default of the settings. */
export function multiplierFault(text: string): Fault {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const match = DECIMAL.exec(trimmed);
  if (!match) return "A number such as 1 or 0.25.";
  if ((match[1] ?? "").replace(/0+$/, "").length > 4) return "At most four decimals.";
  const value = Number(trimmed);
  return value >= MULTIPLIER_MIN && value <= MULTIPLIER_MAX
    ? undefined
    : `Between ${MULTIPLIER_MIN} and ${MULTIPLIER_MAX}.`;
}

/** Of USD a bot began with; empty is not known. */
export function equityFault(text: string): Fault {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  return DECIMAL.test(trimmed) && Number(trimmed) <= USD_MAX
    ? undefined
    : "An amount of USD such as 10000, or nothing.";
}

/** The number in a checked text; null where it is empty. */
export const numberIn = (text: string): number | null => (text.trim() === "" ? null : Number(text.trim()));
