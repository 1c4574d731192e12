"""The review as a file: which format, the progress while it is made, and the download."""
