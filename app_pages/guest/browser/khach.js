// The patient's side: ask for the state, show the newest picture, say what to do.

const LIVE_MS = 100;
const IDLE_MS = 500;
const FAILURES = 3;
const OFFLINE = {
  sign: "offline",
  text_vi: "Đang kết nối lại. Mời làm việc với quầy",
  text_en: "Reconnecting. Please talk to the desk",
  picture_number: null,
};

const byId = (id) => document.getElementById(id);
let boot = null;
let shown = null;
let failures = 0;

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function draw(state) {
  document.body.dataset.sign = state.sign;
  drawGuide(state.guide);
  if (state.guide) {
    hidePicture();
    return;
  }
  byId("sign").setAttribute("href", `#${state.sign}`);
  setText(byId("vi"), state.text_vi);
  setText(byId("en"), state.text_en);
  if (state.picture_number === null) hidePicture();
}

function hidePicture() {
  shown = null;
  byId("picture").hidden = true;
  byId("picture").removeAttribute("src");
}

/** Load the next picture aside, so that the old one stays until it is whole. */
async function showPicture(number) {
  const next = new Image();
  next.id = "picture";
  next.alt = "";
  next.src = `/khach/picture?n=${number}`;
  try {
    await next.decode();
  } catch {
    return;
  }
  byId("picture").replaceWith(next);
  shown = number;
}

async function ask() {
  const reply = await fetch("/khach/state", { signal: AbortSignal.timeout(5000) });
  // The pairing is over: the same address shows the form.
  if (reply.status === 403) location.reload();
  if (!reply.ok) throw new Error(reply.status);
  return reply.json();
}

async function look() {
  let state = OFFLINE;
  try {
    state = await ask();
    failures = 0;
  } catch {
    failures += 1;
    if (failures < FAILURES) return IDLE_MS;
  }
  if (state.boot && boot && state.boot !== boot) location.reload();
  boot = state.boot ?? boot;
  draw(state);
  if (state.picture_number === null) return IDLE_MS;
  if (state.picture_number !== shown) await showPicture(state.picture_number);
  return LIVE_MS;
}

async function run() {
  setTimeout(run, await look());
}

/** A tablet must not fall asleep; where the browser does not let us, its settings have to do. */
function stayAwake() {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
}

document.addEventListener("click", () => document.documentElement.requestFullscreen?.().catch(() => {}));
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
run();
