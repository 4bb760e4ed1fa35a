"""What the two overviews share, and the service that composes the case and contact overview.

The *aftaleoverblik* shows a municipality the appointments of child psychiatry (``mocks.municipal.sapa``);
the *sags- og kontaktoverblik* shows psychiatry and GP clinics a child's school and its municipal cases.
"""
