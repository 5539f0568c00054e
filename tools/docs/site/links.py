"""Hooks of the site: links that leave docs/ for the rest of the checkout lead to copies, so they work in both places."""
import pathlib
import posixpath
import re
from typing import Any

from mkdocs.structure.files import File, Files, InclusionLevel

ROOT = pathlib.Path(__file__).resolve().parents[3]
LINK = re.compile(r"(\]\()([^)\s#]+)((?:#[^)\s]+)?\))")
# Where copies of files outside docs/ stand in the site.
PLACE = "repository"
STYLE = """
.md-typeset table:not([class]) { font-size: .68rem; }
.md-typeset table:not([class]) th { min-width: 2rem; }
.md-typeset table:not([class]) th, .md-typeset table:not([class]) td { padding: .5em .9em; }
.md-typeset table:not([class]) td:first-child code { white-space: nowrap; }
/* Tables without words at their head. */
.md-typeset table:not([class]) thead:not(:has(th:not(:empty))) { display: none; }
.md-grid { max-width: 68rem; }
"""


def of_checkout(page: str) -> str:
    """Path from the checkout's root of a source in the site."""
    prefix = PLACE + "/"
    return page[len(prefix):] if page.startswith(prefix) else "docs/" + page


def of_site(path: str) -> str:
    """Path in the site of a file of the checkout."""
    return path[len("docs/"):] if path.startswith("docs/") else f"{PLACE}/{path}"


def targets(text: str, page: str) -> list[tuple[re.Match[str], str]]:
    """The links to other files of the checkout, with these files' paths."""
    found = []
    for match in LINK.finditer(text):
        link = match.group(2)
        if re.match(r"[a-z]+:", link):
            continue
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), link))
        if not path.startswith("..") and (ROOT / path).exists():
            found.append((match, path))
    return found


def on_config(config: Any) -> Any:
    """Pages that nav does not name come last under the title of their folder."""
    named = set(re.findall(r"[\w/-]+\.md", repr(config.nav)))
    for section in config.nav:
        for pages in section.values():
            if not isinstance(pages, list):
                continue
            folder = posixpath.dirname(next(iter(pages[0].values())))
            for page in sorted((ROOT / "docs" / folder).glob("*.md")):
                path = f"{folder}/{page.name}"
                if path not in named:
                    pages.append(path)
    return config


def on_files(files: Files, config: Any) -> Files:
    """Adds the files outside docs/ that pages link to, and those that these link to."""
    files.append(File.generated(config, "site.css", content=STYLE))
    waiting = [of_checkout(file.src_uri) for file in files.documentation_pages()]
    known = set(waiting)
    while waiting:
        page = waiting.pop()
        for _, path in targets((ROOT / page).read_text(encoding="utf-8"), page):
            if path in known or path.startswith("docs/") or (ROOT / path).is_dir():
                continue
            known.add(path)
            files.append(
                File.generated(
                    config, of_site(path), content=(ROOT / path).read_text(encoding="utf-8"),
                    inclusion=InclusionLevel.NOT_IN_NAV))
            if path.endswith(".md"):
                waiting.append(path)
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Points links to other files at their places in the site; a link to a folder becomes its text."""
    source = of_checkout(page.file.src_uri)
    here = posixpath.dirname(page.file.src_uri)
    places = {match.span(): path for match, path in targets(markdown, source)}

    def replaced(match: re.Match[str]) -> str:
        path = places.get(match.span())
        if path is None or files.get_file_from_path(of_site(path)) is None:
            return match.group(0)
        return match.group(1) + posixpath.relpath(of_site(path), here or ".") + match.group(3)

    return LINK.sub(replaced, markdown)
