"""`python -m specs [docs]`: write the documents below this folder."""

import sys
from pathlib import Path

from specs.documents import write

if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
