"""The ledger's parts: connections and transactions, records, words, vectors, copies, migrations."""
