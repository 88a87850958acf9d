"""A process of its own: the stand-in for Telegram, with people who press a button at the same moment.

It is told what to do in lines of JSON on its input, and answers each with a line: the seconds from each press
until both calls that answer it were made, and what one of the answers looked like. What begins with a slash
is said instead of pressed, and answered by one message.
"""

import asyncio
import json
import sys
import time
from collections import deque
from typing import Any

from demo.telegram import Bot, Button, Call, TelegramStandIn, serve
from demo.telegram.entities import plain

PATIENCE = 60.0
ANSWERS = ("answerCallbackQuery", "sendMessage", "editMessageText")


class Stopwatch(deque[Call]):
    """The stand-in's log of calls, which also keeps when each was made."""

    def __init__(self) -> None:
        super().__init__(maxlen=1000)
        self.seen: list[tuple[float, Call]] = []

    def append(self, call: Call) -> None:
        if call.method in ANSWERS:
            self.seen.append((time.perf_counter(), call))
        super().append(call)


async def main(tokens: list[str]) -> None:
    state = TelegramStandIn(*tokens)
    watch = state.calls = Stopwatch()
    async with serve(state) as url:
        _tell({"url": url})
        while order := await asyncio.to_thread(sys.stdin.readline):
            asked = json.loads(order)
            _tell(await _press(state, watch, state.bots[asked["bot"]], asked["presses"]))


async def _press(
    state: TelegramStandIn, watch: Stopwatch, bot: Bot, presses: list[tuple[int, str]]
) -> dict[str, Any]:
    if presses[0][1].startswith("/"):
        return await _say(state, watch, bot, presses)
    messages = [(user, _with_button(state, bot, user, data)) for user, data in presses]
    watch.seen.clear()
    pressed: dict[str, tuple[int, float]] = {}
    for user, message in messages:
        at = time.perf_counter()
        pressed[state.press(user, message, message.buttons[0], bot=bot)] = user, at
    await state.bell.until(lambda: len(watch.seen) == 2 * len(presses), PATIENCE)
    return _answers(watch.seen, pressed)


async def _say(
    state: TelegramStandIn, watch: Stopwatch, bot: Bot, texts: list[tuple[int, str]]
) -> dict[str, Any]:
    for user, _ in texts:
        _chat(state, bot, user)
    watch.seen.clear()
    said: dict[int, float] = {}
    for user, text in texts:
        said[user] = time.perf_counter()
        state.send_text(user, text, bot=bot)
    await state.bell.until(lambda: len(watch.seen) == len(texts), PATIENCE)
    answered = {call.params["chat_id"]: (at, call) for at, call in watch.seen if call.ok}
    if set(answered) != set(said):
        return {"error": f"{len(answered)} answers to {len(said)} people"}
    sample = next(iter(answered.values()))[1]
    seconds = [answered[user][0] - at for user, at in said.items()]
    return {"seconds": seconds, "method": sample.method, "params": sample.params}


def _chat(state: TelegramStandIn, bot: Bot, user: int) -> Any:
    state.add_user(user, f"persoon {user}")
    chat = state.private_chat(user, bot)
    chat.started = True
    return chat


def _with_button(state: TelegramStandIn, bot: Bot, user: int, data: str) -> Any:
    chat = _chat(state, bot, user)
    keyboard = ((Button("Kies", data),),)
    return state.store_message(chat, bot.user, plain("Wat is er bereikt?"), keyboard=keyboard)


def _answers(seen: list[tuple[float, Call]], pressed: dict[str, tuple[int, float]]) -> dict[str, Any]:
    ended = {str(call.params["callback_query_id"]): at for at, call in seen if "Callback" in call.method}
    shown = {call.params["chat_id"]: (at, call) for at, call in seen if "chat_id" in call.params}
    refused = [call.description for _, call in seen if not call.ok]
    if refused or len(seen) != 2 * len(pressed):
        return {"error": f"{len(seen)} calls for {len(pressed)} presses; refused: {refused[:3]}"}
    seconds = [max(ended[query], shown[user][0]) - at for query, (user, at) in pressed.items()]
    sample = next(iter(shown.values()))[1]
    return {"seconds": seconds, "method": sample.method, "params": sample.params}


def _tell(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
