"""One full pass of the jobs: plan, then deliver until nothing waits that may go out now."""

from core.ports import Clock
from jobs.deliver import Couriers, deliver_pass
from jobs.guard import plan_pass
from services.delivery import Delivered
from services.house import House


async def full_pass(house: House, couriers: Couriers, clock: Clock) -> list[Delivered]:
    """Plan and deliver once; return how each message ended.

    What sending makes due at once, such as the next channel or a word to a manager, goes out too.
    """
    await plan_pass(house, clock)
    done: list[Delivered] = []
    while ended := await deliver_pass(house, couriers, clock):
        done += ended
    return done
