"""Vouch in LangChain: a chain, a stream, the citations, the passages and the tool for an agent.

Run it with ``python examples/langchain_chain.py``. It needs no language model and no network.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from langchain_core.output_parsers import StrOutputParser
from langchain_core.runnables import RunnableParallel

from vouch import Library

QUESTION = "How much ammonium nitrate was in the storage building?"


def main() -> None:
    """Add the example documents to a library that is thrown away, and ask it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(Path(folder) / "library") as library,
    ):
        library.add(Path(__file__).with_name("larkhaven"))
        assistant = library.as_runnable()

        print("A chain, streamed sentence by sentence:")
        for piece in (assistant | StrOutputParser()).stream(QUESTION):
            print(piece, end="", flush=True)

        print("\n\nThe citations of each sentence, as LangChain has them:")
        message = assistant.invoke(QUESTION)
        for block in message.content_blocks:
            for citation in block.get("annotations", []):
                sentence = message.text[citation["start_index"] : citation["end_index"]]
                extras = citation["extras"]
                text = library.text(extras["document_id"])
                assert text[extras["start"] : extras["end"]] == citation["cited_text"]
                print(f"  {sentence[:40]}… <- {citation['title']}, {extras['place']}")

        print("\nPassages beside the answer:")
        retriever = library.as_retriever(k=3, filters={"publisher": ["Northern Wire"]})
        both = RunnableParallel(answer=assistant, passages=retriever).invoke(QUESTION)
        for document in both["passages"]:
            print(f"  {document.metadata['title']}: {document.page_content[:60]!r}")

        print("\nA tool for create_agent(model, tools=[...]):")
        tool = assistant.as_tool()
        print(f"  {tool.name}({', '.join(tool.args)}): {tool.description[:60]}…")


if __name__ == "__main__":
    main()
