// What the words of the screen mean, by what they are about.
export interface Chapter {
  title: string;
  words: readonly (readonly [string, string])[];
}

export const CHAPTERS: readonly Chapter[] = [
  {
    title: "The two sides",
    words: [
      ["bot", "A watched wallet, traded by somebody else's machine."],
      ["fade", "To trade the opposite of a bot; “the fade” is our account, which does so."],
      ["multiplier", "How large we trade against a bot: 1 is its own size, 0.5 half of it."],
      ["target", "The position we want against a bot's: minus the multiplier times what it holds."],
      ["delta", "Target less what we hold. Every order is there to bring it to zero."],
      ["adopt", "To fade a position, too, that a bot held before we watched it."],
      [
        "baseline",
        "Such a position where it is not adopted: left alone, it only shrinks, until the bot is flat or turns.",
      ],
    ],
  },
  {
    title: "Deciding",
    words: [
      ["event", "One move of a bot's position: a fill, or a change that no fill explains."],
      ["decision", "What we made of an event, with every check and number; there is at least one for each event."],
      ["skip", "A decision to do nothing, with the reason that said no."],
      ["coalesced", "One order of a bot may fill in pieces: one decision acts for all, the others name it."],
      [
        "carry-over",
        "What is too small to send today is not lost: it stays in the delta and goes with the next event.",
      ],
      ["clamp", "An order over a cap is shrunk to what still fits."],
      ["reduction", "What makes our position smaller. No cap, limit or check holds it back."],
      ["refuse, reject", "We refuse to send an order; the exchange rejects one that was sent."],
    ],
  },
  {
    title: "What is known",
    words: [
      [
        "gap",
        "A stretch of a bot's history where a fill is missing. While one is open, nothing new is opened against it.",
      ],
      ["complete", "Proven: every fill of a stretch is stored, each beginning where the one before ended."],
      [
        "late fill",
        "One that came to light after a later one that already contains it; kept for the record, acted on no more.",
      ],
      ["stale", "Not heard of for three times as long as it should take; shown grey, with its age."],
      ["replay", "The system lives in the time of the recording; its clock and all ages are that time's."],
      ["simulated", "Filled by our own model of the exchange, with no money at stake."],
    ],
  },
  {
    title: "Money",
    words: [
      ["equity", "Cash and what open positions would bring at the mark, in USD."],
      ["mark", "The price at which the exchange values positions."],
      ["notional", "Size times price, in USD."],
      ["exposure", "What our positions are worth, netted within an asset where bots pull it both ways."],
      ["PnL", "Profit and loss; uPnL is what an open position has gained or lost so far."],
      ["funding", "What longs and shorts pay each other every hour for holding."],
      ["drawdown", "How far equity is below its highest so far."],
      ["slippage", "How much worse our price was than the bot's."],
      ["lag", "The time from a bot's fill to our order."],
      ["bps", "Basis points: hundredths of a percent."],
    ],
  },
];
