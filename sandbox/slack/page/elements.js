/** Block Kit's interactive elements, each bound to the surface it stands on. */

import { fragment, h, once, safeUrl } from "./dom.js";
import { dateTimePicker, numberInput, plainTextInput, typed } from "./fields.js";
import { channelsSelect, conversationsSelect, externalSelect, staticSelect, usersSelect } from "./menus.js";
import { textObject, words } from "./mrkdwn.js";
import { nameOf } from "./naming.js";
import { confirmed, openMenu } from "./overlays.js";

/** Buttons and options with an address open it and still tell the bot. */
function press({ url }, tell) {
  const address = url && safeUrl(url);
  if (address) window.open(address, "_blank", "noopener");
  return tell();
}

function button(block, element, surface) {
  const look = `button${element.style ? ` ${element.style}` : ""}`;
  const onclick = async ({ currentTarget }) => {
    if (!(await confirmed(element.confirm))) return;
    await once(currentTarget, () =>
      press(element, () => surface.act(block, element, { value: element.value })),
    );
  };
  const names = { id: surface.idOf(block, element), "aria-label": element.accessibility_label };
  return h(
    "button",
    { type: "button", class: look, ...names, onclick },
    words(element.text),
    element.url ? " ↗" : null,
  );
}

function overflow(block, element, surface) {
  const choose = async (option) => {
    if (!(await confirmed(element.confirm))) return;
    await press(option, () => surface.act(block, element, { selected_option: option }));
  };
  const items = element.options.map((option) => ({
    label: words(option.text),
    description: words(option.description),
    onselect: () => choose(option),
  }));
  const onclick = (event) => openMenu(event.currentTarget, "More", items);
  const names = { id: surface.idOf(block, element), "aria-label": "More actions", "aria-haspopup": "menu" };
  return h("button", { type: "button", class: "button overflow", ...names, onclick }, "⋯");
}

function choiceList(block, element, surface, type, isChosen, onchange) {
  const name = surface.idOf(block, element);
  const rows = element.options.map((option, index) => {
    const details = option.description
      ? h("span", { class: "menu-description" }, textObject(option.description))
      : null;
    const marks = {
      type,
      name,
      id: `${name}-${index}`,
      checked: isChosen(option),
      onchange: (event) => onchange(option, event.target),
    };
    return h(
      "label",
      { class: "choice" },
      h("input", marks),
      h("span", {}, textObject(option.text), details),
    );
  });
  return h(
    "div",
    {
      class: "choices",
      id: name,
      role: type === "radio" ? "radiogroup" : "group",
      "aria-label": nameOf(block, element),
    },
    rows,
  );
}

const sameOption = (one, other) => one?.value === other?.value;

function radioButtons(block, element, surface) {
  const isChosen = (option) => sameOption(surface.valueOf(block, element), option);
  return choiceList(block, element, surface, "radio", isChosen, (option) =>
    surface.choose(block, element, option),
  );
}

function checkboxes(block, element, surface) {
  const chosen = () => surface.valueOf(block, element);
  const isChosen = (option) => chosen().some((one) => sameOption(one, option));
  return choiceList(block, element, surface, "checkbox", isChosen, (option, box) => {
    const others = chosen().filter((one) => !sameOption(one, option));
    surface.choose(block, element, box.checked ? [...others, option] : others);
  });
}

const image = (block, element) =>
  h("img", { class: "thumbnail", src: safeUrl(element.image_url), alt: element.alt_text });

const ELEMENTS = {
  button,
  overflow,
  image,
  checkboxes,
  static_select: staticSelect,
  external_select: externalSelect,
  users_select: usersSelect,
  channels_select: channelsSelect,
  conversations_select: conversationsSelect,
  datepicker: typed("date"),
  timepicker: typed("time"),
  datetimepicker: dateTimePicker,
  plain_text_input: plainTextInput,
  number_input: numberInput,
  email_text_input: typed("email"),
  url_text_input: typed("url"),
  radio_buttons: radioButtons,
};

export const unknown = (type) => h("p", { class: "unknown" }, `This page does not draw “${type}”.`);

export function renderElement(block, element, surface) {
  const render = ELEMENTS[element.type];
  return render ? render(block, element, surface) : fragment(unknown(element.type));
}
