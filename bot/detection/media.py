"""A visitor's photo or video; stickers, GIFs and previews of links are none."""

from __future__ import annotations

from bot.detection.reading import by_the_school
from bot.domain.comment import Comment
from bot.domain.finding import Category, Confidence, Finding


def find(comment: Comment) -> list[Finding]:
    """Only the school puts photos and videos on its Page."""
    if by_the_school(comment) or comment.attachment is None or not comment.attachment.is_media:
        return []
    kind = "video" if "video" in comment.attachment.type.lower() else "photo"
    why = f"A visitor has attached a {kind}. It was not opened or copied."
    return [Finding(Category.VISITOR_MEDIA, f"media.{kind}", why, Confidence.SURE)]
