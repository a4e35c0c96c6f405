"""What axe-core and a ruler find on a page: WCAG 2.0 to 2.2 at level AA, best practices, nothing too wide."""

from collections.abc import Iterator

# The size of targets is asked for at level AA of WCAG 2.2, and is off unless it is asked for.
RULES = "{ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }"
CONTRAST = "{ resultTypes: ['violations'], runOnly: ['color-contrast'] }"

OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1);
  return wide.slice(0, 3).map((one) => `${one.tagName}.${one.className}`);
}"""

# Targets below 24 pixels (WCAG 2.2, 2.5.8), links within a sentence apart. axe lets them pass where they stand far apart;
# here none is small. The box of a label counts as its label.
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, summary, input, select, label[for='pause']")].filter((target) => {
  const { width, height } = target.getBoundingClientRect();
  const around = target.closest("li, p, dd, td, div, body").textContent.trim();
  const inSentence = target.tagName === "A" && around !== target.textContent.trim();
  return width && !inSentence && target.type !== "checkbox" && Math.min(width, height) < 24;
}).slice(0, 3).map((target) => `${target.tagName} "${target.textContent.trim()}"`)"""


def call(rules: str = RULES) -> str:
    """The script that has axe-core, which the page must have, look at it."""
    return f"axe.run({rules}).then((found) => found.violations)"


def barriers(violations: list[dict], state: str) -> Iterator[str]:
    """What axe-core found, a line for each of the first places."""
    for violation in violations:
        for node in violation["nodes"][:3]:
            where = " ".join(map(str, node["target"]))
            yield f"{state}: {violation['help']} ({violation['id']}): {where}"
