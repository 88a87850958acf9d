// The chat page: keeps the messages of every persona, shows one chat, and acts as the chosen person.

import { commandMenu } from "/page/commands.js";
import { mailNode, make, messageNode, showDay, showMoment } from "/page/render.js";

const POLL_MS = 1000;
const FAST_POLL_MS = 250;
const FAST_FOR_MS = 4000;
const $ = (id) => document.getElementById(id);

const page = {
  instance: null, revision: 0, personas: [], chats: new Map(), read: new Map(),
  person: null, chat: null, mails: -1, fastUntil: 0, busy: false, polling: null, again: false,
};

// Talking with the demo

async function ask(path, body) {
  const options = {};
  if (body instanceof FormData) Object.assign(options, { method: "POST", body });
  else if (body) Object.assign(options, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  const response = await fetch(path, options);
  if (!response.ok) throw Object.assign(new Error(response.statusText), { status: response.status });
  return response.json();
}

async function act(path, body, refused) {
  page.fastUntil = Date.now() + FAST_FOR_MS;
  try {
    await ask(path, body);
    tell("");
  } catch {
    tell(refused);
  }
  await poll();
}

/** Brings in what is new. Who asks while that is under way waits for what came after they asked, too. */
function poll() {
  if (page.polling) page.again = true;
  else page.polling = pollUntilQuiet().finally(() => { page.polling = null; });
  return page.polling;
}

async function pollUntilQuiet() {
  try {
    do {
      page.again = false;
      take(await ask(`/demo/feed?after=${page.revision}`));
    } while (page.again);
    $("offline").hidden = true;
  } catch {
    $("offline").hidden = false;
  }
}

async function pollForever() {
  for (;;) {
    await poll();
    await new Promise((done) => setTimeout(done, Date.now() < page.fastUntil ? FAST_POLL_MS : POLL_MS));
  }
}

function take(feed) {
  if (page.instance !== null && page.instance !== feed.instance) return location.reload();
  const first = page.instance === null;
  page.instance = feed.instance;
  page.revision = feed.revision;
  page.personas = feed.personas;
  for (const message of feed.messages) {
    if (!page.chats.has(message.chat_id)) page.chats.set(message.chat_id, new Map());
    page.chats.get(message.chat_id).set(message.message_id, message);
  }
  if (first) restore();
  if (feed.now) showClock(feed.now);
  for (const message of feed.messages) if (message.chat_id === page.chat) showMessage(message);
  if (feed.messages.some((message) => message.chat_id === page.chat)) markRead();
  if (!first) feed.alerts.filter((alert) => alert.user_id === page.person?.user_id).forEach(showAlert);
  if (page.person) choosePerson(page.personas.find((persona) => persona.user_id === page.person.user_id));
  showPersonas();
  showMailCount(feed.mails);
}

// Remembering what was read, while this tab is open

function restore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem("termijnwacht") ?? "{}");
    if (kept.instance !== page.instance) return;
    page.read = new Map(kept.read);
    const person = page.personas.find((persona) => persona.user_id === kept.person);
    if (person) select(person, kept.chat);
  } catch {
    sessionStorage.removeItem("termijnwacht");
  }
}

function remember() {
  const kept = { instance: page.instance, read: [...page.read], person: page.person?.user_id, chat: page.chat };
  sessionStorage.setItem("termijnwacht", JSON.stringify(kept));
}

const readKey = (person, chat) => `${person}:${chat}`;

function markRead() {
  if (!page.person || $("panel-chat").hidden) return;
  page.read.set(readKey(page.person.user_id, page.chat), Math.max(0, ...(page.chats.get(page.chat)?.keys() ?? [])));
  remember();
}

function unread(persona) {
  const chats = [persona.user_id, ...persona.groups.map((group) => group.id)];
  return chats.reduce((sum, chat) => {
    const read = page.read.get(readKey(persona.user_id, chat)) ?? 0;
    const messages = [...(page.chats.get(chat)?.values() ?? [])];
    return sum + messages.filter((m) => m.from_bot && !m.deleted && m.message_id > read).length;
  }, 0);
}

// Personas

function showPersonas() {
  $("no-personas").hidden = page.personas.length > 0;
  const list = $("personas");
  page.personas.forEach((persona, index) => {
    const item = list.children[index] ?? list.appendChild(personaItem());
    const button = item.firstChild;
    const count = unread(persona);
    button.onclick = () => select(persona);
    button.setAttribute("aria-current", String(persona.user_id === page.person?.user_id));
    setText(button.querySelector(".name"), persona.name);
    setText(button.querySelector(".about"), persona.description);
    setText(button.querySelector(".number"), count ? String(count) : "");
    setText(button.querySelector(".hidden-text"), count ? (count === 1 ? " ongelezen bericht" : " ongelezen berichten") : "");
    button.querySelector(".count").hidden = count === 0;
  });
  while (list.children.length > page.personas.length) list.lastChild.remove();
}

function personaItem() {
  return make("li", {}, make("button", { type: "button", class: "persona" },
    make("span", { class: "name" }), make("span", { class: "about" }),
    make("span", { class: "count" }, make("span", { class: "number" }), make("span", { class: "hidden-text" }))));
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function select(persona, chat = persona.user_id) {
  page.person = null;
  page.chat = null;
  choosePerson(persona, chat);
  showTab("chat");
  showPersonas();
  if (!$("composer").hidden && matchMedia("(min-width: 48rem)").matches) $("text").focus();
}

/** Shows the person as they now are; opens the chat when it is another one. */
function choosePerson(persona, chat = page.chat ?? persona.user_id) {
  const known = chat === persona.user_id || persona.groups.some((group) => group.id === chat);
  const wanted = known ? chat : persona.user_id;
  const changed = page.person?.user_id !== persona.user_id || page.chat !== wanted;
  page.person = persona;
  page.chat = wanted;
  showChatHead();
  if (changed) openChat();
}

function openChat() {
  const log = $("log");
  log.setAttribute("aria-live", "off");
  log.replaceChildren();
  log.dataset.empty = "Nog geen berichten.";
  const messages = [...(page.chats.get(page.chat)?.values() ?? [])].sort((a, b) => a.message_id - b.message_id);
  messages.forEach((message) => showMessage(message, true));
  log.scrollTop = log.scrollHeight;
  $("text").value = "";
  tell("");
  menu.close();
  markRead();
  menu.reload();
  setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
}

function showChatHead() {
  const persona = page.person;
  const group = persona.groups.find((one) => one.id === page.chat);
  setText($("chat-title"), group ? group.title : "Termijnwacht");
  setText($("chat-subtitle"), `Je bent ${persona.name}`);
  const waiting = !group && (!persona.started || persona.blocked);
  $("start").hidden = !waiting;
  $("composer").hidden = waiting;
  $("block").hidden = waiting || (Boolean(group) && !group.bot);
  setText($("block"), group ? "Bot uit de groep halen" : "Bot blokkeren");
  setText($("start-text"), persona.blocked ? "Je hebt de bot geblokkeerd." : "Je hebt nog niet met deze bot gesproken.");
  setText($("start-button"), persona.blocked ? "Deblokkeren en opnieuw starten" : "Start");
  const picks = [[persona.user_id, "Met de bot"], ...persona.groups.map((one) => [one.id, one.title])];
  const select = $("chat-select");
  const signature = JSON.stringify(picks);
  if (select.dataset.picks !== signature) {
    select.dataset.picks = signature;
    select.replaceChildren(...picks.map(([id, title]) => make("option", { value: String(id) }, title)));
  }
  select.value = String(page.chat);
  $("chat-pick").hidden = picks.length < 2;
}

// Messages

const articleOf = (message) => $("log").querySelector(`[data-message="${message.message_id}"]`);

function showMessage(message, opening = false) {
  const log = $("log");
  const old = articleOf(message);
  const low = log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  if (message.deleted) return old?.remove();
  const own = !message.from_bot && message.user_id === page.person.user_id;
  const node = messageNode(message, own, { press, command: sendText, group: chooseGroup });
  node.dataset.message = message.message_id;
  node.dataset.day = showDay(message.date);
  if (old) {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(node);
    if (focused) {
      const same = node.querySelector(`[data-key="${focused.dataset.key}"]`);
      (same ?? node.querySelector(".key") ?? log).focus({ preventScroll: true });
    }
  } else {
    addDay(log, node.dataset.day);
    log.append(node);
  }
  if (opening || low || own) log.scrollTop = log.scrollHeight;
}

function addDay(log, shown) {
  const last = log.lastElementChild;
  if (last?.dataset.day !== shown) log.append(make("p", { class: "day" }, shown));
}

async function press(message, row, column, label, node) {
  node.classList.add("waiting");
  const body = { chat_id: message.chat_id, message_id: message.message_id, row, column, label };
  await act(`/demo/users/${page.person.user_id}/press`, body, "Deze knop bestaat niet meer.");
  setTimeout(() => node.classList.remove("waiting"), 600);
}

/** Lets the person choose the group of a link with `startgroup`, as Telegram does. */
function chooseGroup(code) {
  const choices = [...page.person.groups.map((one) => [one.id, one.title]), [null, "Nieuwe groep maken"]];
  const buttons = choices.map(([id, title]) => make("button", { type: "button", class: "quiet", onclick: () => startInGroup(id, code) }, title));
  $("group-choices").replaceChildren(...buttons);
  if (!$("group").open) $("group").showModal();
}

async function startInGroup(id, code) {
  const me = page.person.user_id;
  $("group").close();
  try {
    const members = page.personas.filter((one) => one.started && one.user_id !== me).map((one) => one.user_id);
    const chat = id ?? (await ask("/demo/groups", { title: "Nieuwe groep", owner_id: me, members, with_bot: false })).id;
    await act(`/demo/groups/${chat}/start/${me}`, { code }, "De groep is niet gekozen.");
    choosePerson(page.person, chat);
  } catch {
    tell("De groep is niet gemaakt.");
  }
}

const inChat = () => (page.chat === page.person.user_id ? {} : { chat_id: page.chat });

function sendText(text) {
  return act(`/demo/users/${page.person.user_id}/text`, { text, ...inChat() }, "Het bericht is niet verstuurd.");
}

async function sendFile(file) {
  const form = new FormData();
  form.append("file", file);
  for (const [name, value] of Object.entries(inChat())) form.append(name, value);
  await act(`/demo/users/${page.person.user_id}/document`, form, "Het bestand is niet verstuurd.");
}

function tell(text) {
  setText($("notice"), text);
}

function showAlert(alert) {
  if (!alert.show_alert) return tell(alert.text);
  setText($("alert-text"), alert.text);
  if (!$("alert").open) $("alert").showModal();
}

async function loadCommands(before) {
  const chat = page.chat;
  try {
    const commands = await ask(`/demo/commands?chat_id=${chat}`);
    return chat === page.chat ? commands : before;
  } catch {
    return [];
  }
}

const menu = commandMenu($("text"), $("commands"), loadCommands, sendText);

// The clock, the tabs and the post

function showClock(iso) {
  const now = $("now");
  setText(now, showMoment(iso));
  now.dateTime = iso;
}

async function advance(button) {
  if (page.busy) return;
  page.busy = true;
  const buttons = [...$("advance").children];
  buttons.forEach((one) => one.setAttribute("aria-disabled", "true"));
  setText($("busy"), "Even geduld, de klok loopt door …");
  page.fastUntil = Date.now() + 60000;
  try {
    await ask("/demo/advance", { step: button.dataset.step });
    setText($("busy"), "");
  } catch {
    setText($("busy"), "De klok verzetten is niet gelukt.");
  }
  page.fastUntil = Date.now() + FAST_FOR_MS;
  page.busy = false;
  buttons.forEach((one) => one.removeAttribute("aria-disabled"));
  await poll();
}

function showTab(name) {
  for (const tab of ["chat", "mail"]) {
    const chosen = tab === name;
    $(`tab-${tab}`).setAttribute("aria-selected", String(chosen));
    $(`tab-${tab}`).tabIndex = chosen ? 0 : -1;
    $(`panel-${tab}`).hidden = !chosen;
  }
  if (name === "mail") loadMails();
  else markRead();
}

function showMailCount(count) {
  if (count === page.mails) return;
  page.mails = count;
  $("mail-count").hidden = count === 0;
  setText($("mail-count"), String(count));
  if (!$("panel-mail").hidden) loadMails();
}

async function loadMails() {
  try {
    const mails = await ask("/demo/mails");
    mails.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
    const empty = make("p", { class: "empty" }, "Er is nog geen post verstuurd.");
    $("mails").replaceChildren(...(mails.length ? mails.map(mailNode) : [empty]));
  } catch {
    $("mails").replaceChildren(make("p", { class: "empty" }, "De post is nu niet op te halen."));
  }
}

// Beginning

function connect() {
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("text").value.trim();
    $("text").value = "";
    menu.close();
    if (text) sendText(text);
  });
  $("file").addEventListener("change", async () => {
    const [file] = $("file").files;
    if (file) await sendFile(file);
    $("file").value = "";
  });
  $("start-button").addEventListener("click", async () => {
    const code = page.person.started ? null : page.person.start_code;
    await act(`/demo/users/${page.person.user_id}/start`, code ? { code } : {}, "Starten is niet gelukt.");
    $("text").focus();
  });
  $("block").addEventListener("click", () => {
    const me = page.person.user_id;
    if (page.chat === me) return act(`/demo/users/${me}/block`, {}, "Blokkeren is niet gelukt.");
    return act(`/demo/groups/${page.chat}/leave/${me}`, {}, "De bot is niet uit de groep gehaald.");
  });
  $("chat-select").addEventListener("change", (event) => choosePerson(page.person, Number(event.target.value)));
  for (const button of $("advance").children) button.addEventListener("click", () => advance(button));
  for (const name of ["chat", "mail"]) {
    $(`tab-${name}`).addEventListener("click", () => showTab(name));
    $(`tab-${name}`).addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = name === "chat" ? "mail" : "chat";
      showTab(other);
      $(`tab-${other}`).focus();
    });
  }
}

async function begin() {
  connect();
  try {
    const setup = await ask("/demo/setup");
    $("clock").hidden = !setup.clock && !setup.advance;
    $("advance").hidden = !setup.advance;
    $("tabs").hidden = !setup.mails;
    $("links").hidden = setup.links.length === 0;
    if (setup.mails) {
      $("panel-chat").setAttribute("role", "tabpanel");
      $("panel-chat").setAttribute("aria-labelledby", "tab-chat");
    }
    for (const one of setup.links) {
      if (/^(https?:|\/)/.test(one.url)) $("links").append(make("a", { href: one.url, target: "_blank", rel: "noopener" }, one.title));
    }
  } catch {
    $("offline").hidden = false;
  }
  await pollForever();
}

begin();
