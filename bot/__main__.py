"""python -m bot: the same as the command schoolgate."""

import sys

from bot.cli import main

sys.exit(main())
