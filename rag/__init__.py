"""From a question to a checked answer; knows no files on disk, no gradio, no metrics."""
