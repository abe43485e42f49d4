"""Gifts: find them, see what happened to one, and set it right."""

from connector.web.portal.gifts.container import GiftsContainer
from connector.web.portal.gifts.link import blueprint as link_blueprint
from connector.web.portal.gifts.pages import blueprint

__all__ = ["GiftsContainer", "blueprint", "link_blueprint"]
