"""The ingestor: chains, gaps, ledger, and the watcher before a real socket."""
