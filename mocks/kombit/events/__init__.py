"""Events of the case index (SF1461): published to subscribers by REST push, and received by them."""

from mocks.kombit.events.publisher import Publisher, Subscriber
from mocks.kombit.events.receiver import event_route

__all__ = ["Publisher", "Subscriber", "event_route"]
