"""From what the exchange says about a watched wallet to an unbroken chain of BotTradeEvents."""
