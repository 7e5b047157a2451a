// A list for the card store: chosen, sent as it is, and how far the server is in reading it.

const POLL_MS = 1000;
const SHOWN_MS = 250;

const grouped = (count) => Math.round(count).toLocaleString("vi-VN"); // dots, in either language
const megabytes = (bytes, lang) =>
  (bytes / 1e6).toLocaleString(lang === "en" ? "en-GB" : "vi-VN", { maximumFractionDigits: 1, useGrouping: false });
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

function openUpload(parent) {
  let view = null;
  let push = () => {};
  let sending = null;
  let polling = 0;
  let reading = null;
  let leaving = false;
  const chooser = el("input", { type: "file", on: { change: chosen } });
  const label = el("span");
  const bar = el("progress", { max: "1", hidden: true });
  const line = el("p", { role: "status", "aria-live": "polite" });
  const stop = el("button", { type: "button", hidden: true, on: { click: () => sending?.abort() } });
  const root = el("div", { class: "upload" }, el("label", {}, chooser, label), el("div", { class: "going" }, bar, stop), line);
  parent.append(root);

  function say(text, bad = false) {
    setText(line, text);
    line.className = bad ? "bad" : "";
  }

  /** A bar without a value goes to and fro. */
  function show(share) {
    bar.hidden = share === null;
    if (share === undefined) bar.removeAttribute("value");
    else if (share !== null) bar.value = share;
    const busy = Boolean(sending);
    stop.hidden = !busy;
    chooser.disabled = busy;
  }

  function headers(file) {
    return { "x-kiosk-token": view.token, "x-kiosk-lang": view.lang, "x-kiosk-name": encodeURIComponent(file.name),
      "x-kiosk-size": String(file.size) };
  }

  /** What would be refused is told before anything is sent. */
  async function refusedFirst(file) {
    if (file.size > view.most) return filled(view.texts.large, { most: grouped(view.most / 1e6) });
    try {
      const reply = await fetch("/kiosk/the", { method: "POST", headers: headers(file), body: "" });
      if (reply.ok) return null;
      return (await reply.json().catch(() => ({}))).error ?? view.texts.cut;
    } catch {
      return view.texts.away;
    }
  }

  async function chosen() {
    const [file] = chooser.files;
    chooser.value = "";
    if (!file || sending) return;
    const no = await refusedFirst(file);
    if (no) say(no, true);
    else send(file);
  }

  function send(file) {
    const request = new XMLHttpRequest();
    const begun = performance.now();
    let shown = 0;
    sending = request;
    const over = (text, bad) => {
      sending = null;
      show(null);
      if (!leaving) say(text, bad);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      const now = performance.now();
      if (now - shown < SHOWN_MS && loaded < total) return;
      shown = now;
      const rate = (loaded / Math.max(1, now - begun)) * 1000;
      show(loaded / total);
      say(filled(view.texts.sending, { name: file.name, done: megabytes(loaded, view.lang), all: megabytes(total, view.lang),
        rate: megabytes(rate, view.lang), left: grouped((total - loaded) / Math.max(1, rate)) }));
    };
    request.onload = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* the sentence below */ }
      if (request.status !== 200) return over(answer.error ?? view.texts.cut, true);
      over("", false);
      push({ kind: "uploaded", number: answer.number });
    };
    request.onerror = () => over(view.texts.cut, true);
    request.onabort = () => over(view.texts.cancelled, false);
    request.open("POST", "/kiosk/the");
    for (const [name, value] of Object.entries(headers(file))) request.setRequestHeader(name, value);
    request.setRequestHeader("content-type", "application/octet-stream");
    show(0);
    stop.focus();
    request.send(file);
  }

  async function poll() {
    try {
      const reply = await fetch("/kiosk/the/tien-do", { cache: "no-store", signal: AbortSignal.timeout(5000) });
      if (!reply.ok || reading === null) return;
      const found = await reply.json();
      if (found.number !== reading) return ended();
      if (found.rows === undefined) return say(view.texts.waiting);
      const { rows, rate, left, all } = found;
      const rest = left == null ? "" : filled(view.texts.left, { left: grouped(left) });
      show(all ? rows / all : undefined);
      say(filled(view.texts.read, { rows: grouped(rows), rate: grouped(rate) }) + rest);
    } catch {
      // The next one asks again.
    }
  }

  function ended() {
    const number = reading;
    reading = null;
    clearInterval(polling);
    show(null);
    say("");
    push({ kind: "ended", number });
  }

  function follow(number) {
    if (number === reading) return;
    clearInterval(polling);
    const before = reading;
    reading = number;
    if (number === null) {
      if (before !== null && !sending) {
        show(null);
        say("");
      }
      return;
    }
    show(undefined);
    say(view.texts.waiting);
    polling = setInterval(poll, POLL_MS);
  }

  return {
    show(data, setTriggerValue) {
      view = data;
      push = (event) => setTriggerValue("event", event);
      setText(label, filled(view.texts.choose, { most: grouped(view.most / 1e6) }));
      setText(stop, view.texts.cancel);
      if (!sending) follow(view.running);
    },
    close() {
      leaving = true;
      sending?.abort();
      clearInterval(polling);
      root.remove();
    },
  };
}

const uploads = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!uploads.has(parentElement)) uploads.set(parentElement, openUpload(parentElement));
  uploads.get(parentElement).show(data, setTriggerValue);
  // Streamlit also cleans up after a call that a newer one overtook: only a removed one closes.
  return () => setTimeout(() => {
    if (parentElement.isConnected) return;
    uploads.get(parentElement)?.close();
    uploads.delete(parentElement);
  });
}
