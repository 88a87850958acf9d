"""Delivers the outbox: claim, render from the present state, hand to the channel, record the outcome."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.outbox import Message
from core.ports import Channel, ChannelName, Clock, Content, DeliveryFailed
from services.delivery import (
    IN_FLIGHT,
    Delivered,
    Prepared,
    claim_messages,
    note_delivery_pass,
    prepare,
    record_failure,
    record_sent,
    stale_prepared,
)
from services.house import House
from services.leases import Lease, LeaseLost

_log = logging.getLogger(__name__)

Render = Callable[[Prepared], Content]


@dataclass(frozen=True, slots=True)
class Courier:
    """A channel, and how a message is put into words for it."""

    channel: Channel
    render: Render


Couriers = Mapping[ChannelName, Courier]


async def deliver_pass(
    house: House,
    couriers: Couriers,
    clock: Clock,
    lease: Lease | None = None,
    *,
    go_on: Callable[[], bool] = lambda: True,
) -> list[Delivered]:
    """Deliver what may go out now; return how each message ended, in order.

    Takes nothing new once `go_on` says no.
    """
    done: list[Delivered] = []
    while go_on():
        claimed = await asyncio.to_thread(claim_messages, house, clock.now(), most=IN_FLIGHT, lease=lease)
        if not claimed:
            break
        ended = await asyncio.gather(
            *(_deliver(house, couriers, clock, message) for message in claimed), return_exceptions=True
        )
        done.extend(result for result in ended if isinstance(result, Delivered))
        _report_defects([result for result in ended if isinstance(result, BaseException)])
    await _show_anew(house, couriers, clock)
    await asyncio.to_thread(note_delivery_pass, house, clock.now(), len(done))
    return done


def _report_defects(errors: list[BaseException]) -> None:
    """Log what went wrong with single messages; their claims run out, so that each is tried again."""
    for error in errors:
        if isinstance(error, asyncio.CancelledError | LeaseLost):
            raise error
        _log.error("a message could not be delivered", exc_info=error)


async def _deliver(house: House, couriers: Couriers, clock: Clock, message: Message) -> Delivered | None:
    prepared = await asyncio.to_thread(prepare, house, message, clock.now(), tuple(couriers))
    if not isinstance(prepared, Prepared):
        return prepared
    courier = couriers[prepared.address.channel]
    content = await asyncio.to_thread(courier.render, prepared)
    try:
        receipt = await courier.channel.send(
            prepared.address, content, message_key=f"{prepared.message.day_on:%Y%m%d}-{prepared.message.id}"
        )
    except DeliveryFailed as failure:
        _log.warning("message %s: %s (%s)", prepared.message.id, failure.outcome, failure.detail)
        return await asyncio.to_thread(record_failure, house, prepared, failure, clock.now())
    return await asyncio.to_thread(record_sent, house, prepared, receipt, clock.now())


async def _show_anew(house: House, couriers: Couriers, clock: Clock) -> None:
    """Edit sent messages of which something has been done since."""
    courier = couriers.get(ChannelName.TELEGRAM)
    if courier is None:
        return
    for prepared in await asyncio.to_thread(stale_prepared, house, clock.now()):
        content = await asyncio.to_thread(courier.render, prepared)
        try:
            await courier.channel.replace(prepared.address, prepared.message.external_id or "", content)
        except DeliveryFailed as failure:
            _log.info("message %s could not be shown anew: %s", prepared.message.id, failure.detail)
