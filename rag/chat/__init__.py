"""Any chat model of LangChain as a writer: its stream, its faults, its drafts by sentences."""
