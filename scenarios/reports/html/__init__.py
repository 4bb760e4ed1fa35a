"""``report.html``: the after-action report as one page that needs no network."""
