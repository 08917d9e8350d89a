/** Where blocks stand (a message, a modal, the Home tab), what people filled in there, and how it reaches the bot. */

import * as api from "./api.js";
import { attempt } from "./overlays.js";

/** The key a value has in view.state, and the key of its first value in the element. */
const KEYS = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  checkboxes: ["selected_options", "initial_options"],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
};
const EMPTY = { checkboxes: [] };

/** Every [block, element] that holds a value. */
export function fields(blocks) {
  return blocks.flatMap((block) => {
    const elements = [block.accessory, block.element, ...(block.elements ?? [])];
    const inner = fields(block.child_blocks ?? block.blocks ?? []);
    return [
      ...inner,
      ...elements.filter((element) => element?.type in KEYS).map((element) => [block, element]),
    ];
  });
}

export class Surface {
  /** `target` is {view_id} or {channel, message_ts}. */
  constructor(user, target) {
    this.user = user;
    this.target = target;
    this.id = target.view_id ?? target.message_ts;
    this.typed = new Map();
    this.update([], {});
  }

  /** Takes new blocks; what was typed stays only where block_id, action_id and type stay, as in Slack. */
  update(blocks, stored) {
    this.blocks = blocks;
    this.stored = stored ?? {};
    const kept = new Set(fields(blocks).map(([block, element]) => keyOf(block, element)));
    for (const key of [...this.typed.keys()]) if (!kept.has(key)) this.typed.delete(key);
  }

  /** An id in the page's document for this element, the same at every update. */
  idOf(block, element) {
    return `${this.id}:${block.block_id}:${element.action_id}`.replace(/\s/g, "_");
  }

  valueOf(block, element) {
    const [key, initial] = KEYS[element.type];
    const stored = this.stored[block.block_id]?.[element.action_id];
    const state =
      this.typed.get(keyOf(block, element)) ?? (stored?.type === element.type ? stored : undefined);
    return state ? state[key] : (element[initial] ?? EMPTY[element.type] ?? null);
  }

  /** All values in the shape of view.state.values. */
  values() {
    const state = {};
    for (const [block, element] of fields(this.blocks)) {
      state[block.block_id] ??= {};
      state[block.block_id][element.action_id] = this.stateOf(block, element);
    }
    return state;
  }

  stateOf(block, element) {
    const zone = element.type === "timepicker" && element.timezone ? { timezone: element.timezone } : {};
    return { type: element.type, [KEYS[element.type][0]]: this.valueOf(block, element), ...zone };
  }

  /** Keeps a value without telling the bot. */
  keep(block, element, value) {
    this.typed.set(keyOf(block, element), { type: element.type, [KEYS[element.type][0]]: value });
  }

  /** Keeps a choice and tells the bot; elements of input blocks do so only with dispatch_action. */
  async choose(block, element, value) {
    this.keep(block, element, value);
    if (block.type === "input" && !block.dispatch_action) return;
    await this.act(block, element, { [KEYS[element.type][0]]: value });
  }

  act(block, element, choice) {
    const ids = { block_id: block.block_id, action_id: element.action_id };
    const action = { user: this.user, ...this.target, ...ids, ...choice, state: this.values() };
    return attempt(() => api.sendAction(action));
  }

  options(block, element, query) {
    const ids = { block_id: block.block_id, action_id: element.action_id };
    return api.loadOptions({ user: this.user, ...this.target, ...ids, query });
  }
}

const keyOf = (block, element) => [block.block_id, element.action_id, element.type].join("\n");
