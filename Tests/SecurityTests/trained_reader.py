"""Reads captchas with a network that was trained for them: an image in base64 on each line in, its characters out.

Run with the Python of .venv-reader, which script/test makes; see `requirements-reader.txt`.
"""

import base64
import sys

import ddddocr

reader = ddddocr.DdddOcr(show_ad=False)
for line in sys.stdin:
    print(reader.classification(base64.b64decode(line)), flush=True)
