// Elements. Text from outside reaches the page through textContent only.

/** Make an element; `on` holds listeners, strings among the children become text. */
function el(tag, { on = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  for (const [type, listener] of Object.entries(on)) node.addEventListener(type, listener);
  // `append` makes strings into text nodes.
  node.append(...children.flat(2).filter((child) => child != null && child !== false && child !== ""));
  return node;
}

/** Make a button that leaves the focus where it is, so that the next scan finds the box. */
function button(kind, press, ...children) {
  const keep = (event) => event.preventDefault();
  return el("button", { type: "button", class: kind, on: { pointerdown: keep, mousedown: keep, click: press } }, ...children);
}

/** Put other text into a node, only where it differs. */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** What a tab keeps over a reload; where the storage is full or closed, this page still knows. */
const remembered = new Map();
const memory = {
  /** Give all of it to the session of this mark: what another one left here is nobody's. */
  own(mark) {
    if (memory.read("mark", null) === mark) return;
    memory.forget();
    memory.write("mark", mark);
  },
  forget() {
    remembered.clear();
    try {
      const kept = Object.keys(sessionStorage).filter((key) => key.startsWith("desk."));
      kept.forEach((key) => sessionStorage.removeItem(key));
    } catch {
      // There is nothing that could be read later.
    }
  },
  read(key, fallback) {
    try {
      return remembered.get(key) ?? JSON.parse(sessionStorage.getItem(`desk.${key}`)) ?? fallback;
    } catch {
      return fallback;
    }
  },
  write(key, value) {
    remembered.set(key, value);
    try {
      sessionStorage.setItem(`desk.${key}`, JSON.stringify(value));
    } catch {
      // `remembered` has it.
    }
  },
};

/** Bytes to base64, in pieces that fit the argument list. */
function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

/** Timers and listeners that end together. */
function openLife() {
  const end = new AbortController();
  const timers = [];
  return {
    listen(target, type, listener, options = {}) {
      target?.addEventListener(type, listener, { ...options, signal: end.signal });
    },
    every(ms, work) {
      timers.push(setInterval(work, ms));
    },
    get over() {
      return end.signal.aborted;
    },
    end() {
      end.abort();
      timers.forEach(clearInterval);
    },
  };
}
