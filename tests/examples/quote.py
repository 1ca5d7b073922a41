"""Documents quote files whole: behind ``<!-- file: PATH -->`` stands the file's own text, put there by this program.

``python -m tests.examples.quote docs/adding-an-arm.md`` brings a document up to date; a test fails where one is not.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUOTE = re.compile(r"(<!-- file: (?P<path>[\w./\-]+) -->\n)```\w*\n(?:.*?\n)??```\n", re.DOTALL)
LANGUAGES = {".py": "python", ".toml": "toml", ".urdf": "xml"}


def quoted(text, root=ROOT):
    """The document with every quoted file as it is now."""

    def fill(found):
        path = root / found["path"]
        return f"{found[1]}```{LANGUAGES[path.suffix]}\n{path.read_text(encoding='utf-8').rstrip()}\n```\n"

    return QUOTE.sub(fill, text)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        document = Path(name)
        document.write_text(quoted(document.read_text(encoding="utf-8")), encoding="utf-8")
