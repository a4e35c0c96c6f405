"""What axe-core finds on each page and state: WCAG 2.0 to 2.2 at level AA and best practices.

The pages stand as on a desk whose browser is zoomed to 400 %, which is as on the narrowest phone: there everything is in one
column, and nothing may be cut off. BrowserTests look at pages at 1,024 pixels as well, where scripts are at work.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

RULES = "{ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }"
CONTRAST = "{ resultTypes: ['violations'], runOnly: ['color-contrast'] }"
# 1,280 pixels at 400 % are 320, and 1,024 in height are 256.
ZOOMED = {"width": 320, "height": 256}
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1);
  return wide.slice(0, 3).map((one) => `${one.tagName}.${one.className}`);
}"""


def violations(page, options: str) -> list[str]:
    found = page.evaluate(f"axe.run({options}).then((found) => found.violations)")
    return [
        f"{violation['help']} ({violation['id']}): {' '.join(map(str, node['target']))}"
        for violation in found
        for node in violation["nodes"][:3]
    ]


@pytest.mark.parametrize("language", ["en", "hi"])
def test_no_page_has_a_barrier_or_needs_scrolling_sideways(pages, address, chromium, language):
    script = Axe().axe_script
    page = chromium.new_page(viewport=ZOOMED)
    problems: list[str] = []
    for file in pages:
        if not file.name.endswith(f".{language}.html"):
            continue
        page.goto(f"{address}/{file.name}")
        page.evaluate(script)
        problems += [f"{file.name}: {problem}" for problem in violations(page, RULES)]
        for classes in ["text-normal contrast-normal", "text-large contrast-high"]:
            page.evaluate("classes => document.documentElement.className = classes", classes)
            if wide := page.evaluate(OVERFLOW):
                problems.append(f"{file.name}, {classes}: too wide at 320: {wide}")
        # Colours are the same in every language.
        if language == "en":
            problems += [f"{file.name} in high contrast: {problem}" for problem in violations(page, CONTRAST)]
    page.close()
    if problems:
        pytest.fail("\n".join(problems[:40]), pytrace=False)
