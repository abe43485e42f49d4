"""GiftSync: Campaigns are linked, their members read and judged, and gifts planned for them."""
