"""The look that all screens share: the base page, the style sheet, and how a page is made of them."""
