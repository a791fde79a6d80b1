"""A small Page that speaks the Graph API on this machine: the demonstration, and the stand-in of the tests."""

from bot.pages.demo.faults import Fault
from bot.pages.demo.page import DemoPage
from bot.pages.demo.server import DemoServer
from bot.pages.demo.things import Request, Write

__all__ = ["DemoPage", "DemoServer", "Fault", "Request", "Write"]
