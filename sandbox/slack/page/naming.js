/** What an element is called for those who do not see the page. */

import { words } from "./mrkdwn.js";

/** The label comes from the input block; elsewhere the element must name itself. */
export const nameOf = (block, element) =>
  block.type === "input" ? null : words(element.placeholder) || "Choose";
