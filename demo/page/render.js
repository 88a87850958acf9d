// Builds what the page shows as DOM nodes; texts never pass through HTML.

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span",
};
const SAFE_URL = /^(https?|tg|mailto|tel):/i;
const GROUP_LINK = /^https:\/\/t\.me\/\w+\?startgroup=([\w-]{1,64})$/;
const LINK = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]]/g;
const clockTime = new Intl.DateTimeFormat("nl-NL", { timeZone: "Europe/Amsterdam", hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("nl-NL", { timeZone: "Europe/Amsterdam", weekday: "long", day: "numeric", month: "long", year: "numeric" });

export const showTime = (iso) => clockTime.format(new Date(iso));
export const showDay = (iso) => day.format(new Date(iso));
export const showMoment = (iso) => `${showDay(iso)}, ${showTime(iso)}`;

/** Returns an element with properties and children; a child may be a text. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") element.className = value;
    else if (name.includes("-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Returns a link that opens beside the demo, or plain text when the address is not safe. */
export function link(url, text) {
  if (!SAFE_URL.test(url)) return make("span", {}, text);
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
}

/** Returns the nodes of a text with entities; offsets count UTF-16 units, as strings here do. */
export function formatted(text, entities, onCommand, begin = 0, end = text.length) {
  const nodes = [];
  let at = begin;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || entity.offset >= end || stop <= at) continue;
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inner = formatted(text, entities.slice(index + 1), onCommand, entity.offset, stop);
    nodes.push(entityNode(entity, text.slice(entity.offset, stop), inner, onCommand));
    at = stop;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

function entityNode(entity, shown, inner, onCommand) {
  if (entity.type === "text_link" || entity.type === "url") {
    const node = link(entity.url ?? shown, "");
    node.append(...inner);
    return node;
  }
  if (entity.type === "bot_command" && onCommand) {
    return make("button", { type: "button", class: "command", onclick: () => onCommand(shown) }, shown);
  }
  const node = make(TAGS[entity.type] ?? "span", {}, ...inner);
  if (entity.type === "spoiler") {
    node.className = "spoiler";
    node.tabIndex = 0;
  }
  return node;
}

/** Returns a plain text with its web addresses as links. */
export function withLinks(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    nodes.push(text.slice(at, match.index), link(match[0], match[0]));
    at = match.index + match[0].length;
  }
  nodes.push(text.slice(at));
  return nodes;
}

/** Returns a message of the chat. */
export function messageNode(message, own, actions) {
  if (message.service) return make("p", { class: "service" }, message.service);
  const name = own ? "Jij" : message.sender;
  const bubble = make("div", { class: "bubble" });
  bubble.append(make("p", { class: "sender" }, name));
  if (message.file) bubble.append(fileNode(message.file));
  if (message.text) {
    const onCommand = own ? null : actions.command;
    bubble.append(make("div", { class: "text" }, ...formatted(message.text, message.entities, onCommand)));
  }
  const meta = make("p", { class: "meta" });
  if (message.edited) meta.append("bewerkt · ");
  meta.append(make("time", { dateTime: message.date }, showTime(message.date)));
  bubble.append(meta);
  const article = make("article", { class: own ? "message own" : "message" }, bubble);
  if (message.keyboard.length) article.append(keyboardNode(message, actions));
  return article;
}

function fileNode(file) {
  if (file.pixels) {
    const { width, height } = file.pixels;
    return make("img", { class: "photo", src: `/demo/files/${encodeURIComponent(file.id)}`, alt: "Afbeelding", width, height });
  }
  const size = file.size < 1024 ? `${file.size} bytes` : `${Math.ceil(file.size / 1024)} kB`;
  return make("a", { class: "file", href: `/demo/files/${encodeURIComponent(file.id)}`, download: file.name },
    make("span", { class: "file-name" }, file.name), make("span", { class: "file-size" }, size));
}

function keyboardNode(message, actions) {
  const keyboard = make("div", { class: "keyboard", role: "group", "aria-label": "Knoppen bij dit bericht" });
  message.keyboard.forEach((row, rowIndex) => {
    const line = make("div", { class: "keys" });
    row.forEach((button, column) => line.append(keyNode(message, button, rowIndex, column, actions)));
    keyboard.append(line);
  });
  return keyboard;
}

function keyNode(message, button, row, column, actions) {
  const code = button.url?.match(GROUP_LINK)?.[1];
  if (code) return make("button", { type: "button", class: "key", onclick: () => actions.group(code) }, button.text);
  if (button.url) {
    const node = link(button.url, button.text);
    node.classList.add("key", "url");
    return node;
  }
  const node = make("button", { type: "button", class: "key" }, button.text);
  node.dataset.key = `${message.message_id}:${row}:${column}`;
  if (button.callback) node.addEventListener("click", () => actions.press(message, row, column, button.text, node));
  else node.disabled = true;
  return node;
}

/** Returns a mail of the post tab. */
export function mailNode(mail) {
  return make("article", { class: "letter" },
    make("h3", {}, mail.subject),
    make("p", { class: "meta" }, `Aan ${mail.to} · `, make("time", { dateTime: mail.at }, showMoment(mail.at))),
    make("div", { class: "body" }, ...withLinks(mail.body)));
}
