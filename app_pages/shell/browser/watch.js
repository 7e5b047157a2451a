// Asks whether the session lives, and takes the page from the screen where it does not.

// The last answer of the server or sign of a person, by both clocks: a wall clock goes on while the
// machine sleeps, the other is set by nobody.
let seen;
let locked = false;
const sign = () => { seen = { wall: Date.now(), steady: performance.now() }; };
const idle = () => Math.max(Math.abs(Date.now() - seen.wall), performance.now() - seen.steady);
sign();
for (const type of ["keydown", "pointerdown"]) window.addEventListener(type, sign, true);
function lock(text) {
  locked = true;
  const note = document.createElement("h1");
  note.style = "margin: 40vh 24px 0; text-align: center; font: 600 28px system-ui, sans-serif";
  note.textContent = text;
  document.body.replaceChildren(note);
}
export default function ({ data }) {
  const answered = async (reply) => {
    if (locked || reply.status === 401) location.reload();
    if (!reply.ok) return;
    sign();
    const { roles, portal } = await reply.json();
    if (roles !== data.roles) location.reload();
    const chip = document.querySelector(".kiosk-portal");
    const text = portal?.[data.lang];
    if (!chip || !text || chip.textContent === text) return;
    chip.className = `kiosk-portal ${portal.tone}`;
    chip.textContent = text;
  };
  const ask = () => {
    if (!locked && idle() > data.idle_s * 1000) lock(data.text);
    const signal = AbortSignal.timeout(2500);
    fetch("/kiosk/alive", { cache: "no-store", signal }).then(answered).catch(() => {});
  };
  if (!locked) sign(); // what was drawn came from the server
  if (data.left) { location.reload(); return; }
  const timer = setInterval(ask, 1000);
  const ends = [keepRelabelled(data.words), keepManualKey(data.manual), keepScansAway(data.scans)];
  return () => { clearInterval(timer); ends.forEach((end) => end()); };
}
