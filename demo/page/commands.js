// The command menu: suggestions while a person types "/", as a list that belongs to the text field.

import { make } from "/page/render.js";

/** Returns the menu of a text field; `load` gives the commands of the open chat, `send` sends a text. */
export function commandMenu(field, list, load, send) {
  let commands = [];
  let choice = -1;

  const fitting = () => {
    const typed = field.value;
    return /^\/\w*$/.test(typed) ? commands.filter((one) => `/${one.command}`.startsWith(typed)) : [];
  };

  function close() {
    choice = -1;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function pick(command) {
    field.value = "";
    close();
    send(`/${command.command}`);
  }

  function option(command, index) {
    const chosen = String(index === choice);
    const item = make("li", { role: "option", id: `command-${index}`, "aria-selected": chosen },
      make("strong", {}, `/${command.command}`), make("span", {}, command.description));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); pick(command); });
    return item;
  }

  function show() {
    const found = fitting();
    choice = Math.min(choice, found.length - 1);
    list.hidden = found.length === 0;
    list.replaceChildren(...found.map(option));
    field.setAttribute("aria-expanded", String(found.length > 0));
    if (choice >= 0) field.setAttribute("aria-activedescendant", `command-${choice}`);
    else field.removeAttribute("aria-activedescendant");
    list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  async function reload() {
    commands = await load(commands);
  }

  function onKey(event) {
    const found = list.hidden ? [] : fitting();
    if (!found.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      choice = choice < 0 && step < 0 ? found.length - 1 : (choice + step + found.length) % found.length;
      event.preventDefault();
      show();
    } else if (event.key === "Escape") {
      close();
    } else if (event.key === "Enter" && choice >= 0) {
      event.preventDefault();
      pick(found[choice]);
    } else if (event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      field.value = `/${found[Math.max(choice, 0)].command}`;
      close();
    }
  }

  field.addEventListener("input", async () => {
    choice = -1;
    show();
    if (field.value === "/") {
      await reload();
      show();
    }
  });
  field.addEventListener("keydown", onKey);
  field.addEventListener("blur", close);
  return { close, reload };
}
