"""axe-core in the page: what would stand in somebody's way."""

from pathlib import Path

from playwright.sync_api import Page

SOURCE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RUN = """
async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.flatMap(
    ({id, help, nodes}) => nodes.map((node) => `${id}: ${node.target.join(" ")} (${help})`)
  );
}
"""


def violations(page: Page) -> list[str]:
    """Return axe-core's violations on the page as it stands: rule, element, what it asks for."""
    # Through the debugger, so that the page's own policy stays as strict as it is.
    if not page.evaluate("'axe' in window"):
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": SOURCE.read_text()})
        session.detach()
    found: list[str] = page.evaluate(RUN)
    return found
