// Makes an element's content that of some HTML, and leaves alone what is the same: the focus, open details and scroll positions stay.
export function morph(element, html) {
  const next = document.createElement("template");
  next.innerHTML = html;
  children(element, next.content);
}

// What the server wanted open last: news of it opens a group, and nothing but its reader closes one.
const opened = new WeakMap();

export function remember(root) {
  for (const details of root.querySelectorAll("details")) opened.set(details, details.open);
}

function children(from, to) {
  const wanted = [...to.childNodes];
  const byId = new Map([...from.children].filter((c) => c.id).map((c) => [c.id, c]));
  let at = from.firstChild;
  for (const next of wanted) {
    const known = next.id ? byId.get(next.id) : at && !at.id && same(at, next) ? at : null;
    if (!known) {
      from.insertBefore(next, at);
      continue;
    }
    if (known === at) at = at.nextSibling;
    else from.insertBefore(known, at);
    update(known, next);
  }
  while (at) {
    const rest = at.nextSibling;
    at.remove();
    at = rest;
  }
}

function same(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName;
}

function update(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  if (!same(from, to)) {
    from.replaceWith(to);
    return;
  }
  if (from.isEqualNode(to)) return;
  if (from.nodeName === "svg") {
    from.replaceWith(to);
    return;
  }
  // What the reader has opened, ticked or typed is the reader's.
  const own = { DETAILS: ["open"], INPUT: ["checked", "value"] }[from.nodeName] ?? [];
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && !own.includes(name)) from.removeAttribute(name);
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value && !own.includes(name)) from.setAttribute(name, value);
  if (from.nodeName === "DETAILS") {
    if (to.open && opened.get(from) === false) from.open = true;
    opened.set(from, to.open);
  }
  const atEnd = from.scrollHeight - from.scrollTop - from.clientHeight < 8;
  children(from, to);
  if (from.classList.contains("log") && atEnd) from.scrollTop = from.scrollHeight;
}
