"""What axe-core finds on each page and state: WCAG 2.0 to 2.2 at level AA and best practices.

The pages stand as on a desk whose browser is zoomed to 400 %, which is as on the narrowest phone: there everything is in one
column, and nothing may be cut off. On a desk and in high contrast they stand once, in English.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from barriers import CONTRAST, OVERFLOW, SMALL_TARGETS, barriers, call

# 1,280 pixels at 400 % are 320, and 1,024 in height are 256.
ZOOMED = {"width": 320, "height": 256}
DESK = {"width": 1024, "height": 768}


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
        problems += barriers(page.evaluate(call()), file.name)
        for classes in ["text-normal contrast-normal", "text-large contrast-high"]:
            page.evaluate("classes => document.documentElement.className = classes", classes)
            if wide := page.evaluate(OVERFLOW):
                problems.append(f"{file.name}, {classes}: too wide at 320: {wide}")
        page.evaluate("document.documentElement.className = 'text-small contrast-normal'")
        if small := page.evaluate(SMALL_TARGETS):
            problems.append(f"{file.name}: small targets: {small}")
        if language == "en":
            problems += barriers(page.evaluate(call(CONTRAST)), f"{file.name} in high contrast")
            page.set_viewport_size(DESK)
            page.evaluate("document.documentElement.className = 'text-normal contrast-normal'")
            problems += barriers(page.evaluate(call()), f"{file.name} on a desk")
            page.set_viewport_size(ZOOMED)
    page.close()
    if problems:
        pytest.fail("\n".join(problems[:40]), pytrace=False)
