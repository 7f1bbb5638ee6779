"""From a file to documents and passages in the ledger."""
