// The national portal: its question is followed until it has ended, and its answer taken in once the
// hands are free. A change of the answer shown is a change of its name: keys tell for which they are.

const PORTAL_TICK_MS = 150;
const PORTAL_SLOW_MS = 10000; // the desk's question is over: the outbox asks
const PORTAL_AGAIN_MS = 3000; // what was told has changed nothing, such as on a busy server
const PORTAL_AT_ONCE = 2; // requests that wait; a browser has six for one address

const presentedOf = (id) => (id ?? "").split("~")[0];
/** True where both are of one presentation: the portal's answer has come between them. */
const isRevised = (before, now) => Boolean(before && now) && presentedOf(before) === presentedOf(now);

/** The portal's line below the band. */
function drawPortal(portal) {
  return portal && el("div", { class: `portal ${portal.tone}`, role: "status" }, el("i", { class: "portal-sign", "aria-hidden": "true" }),
    el("p", {}, portal.text, portal.more && el("b", {}, ` · ${portal.more}`)));
}

function openPortal(desk) {
  const followed = new Map(); // by presentation: whether it has ended, and what was told of it
  let asking = 0;

  const isShown = (id) => presentedOf(desk.view.answer()?.id) === id;

  /** Something is being chosen, written or pressed for the answer as it stands, or the next one comes. */
  function busy() {
    return desk.menus.current() || desk.menus.waits() || desk.today.open() || desk.keys.waits() || desk.box.text()
      || desk.pending.why() || desk.scans.waiting();
  }

  async function ask(id, one) {
    asking += 1;
    one.asks = true;
    let told = {};
    try {
      const headers = { "X-Kiosk-Token": desk.data.token };
      const reply = await fetch(`/kiosk/portal/${encodeURIComponent(id)}`, { cache: "no-store", headers, signal: AbortSignal.timeout(10000) });
      told = reply.ok ? await reply.json() : { gone: reply.status === 404 };
    } catch {
      // the server is away: it is asked again
    }
    asking -= 1;
    one.asks = false;
    one.ended ||= one.slow ? Boolean(told.settled) : Boolean(told.ended);
    if (told.gone) followed.delete(id);
    one.next = performance.now() + (one.slow ? PORTAL_SLOW_MS : 2 * PORTAL_TICK_MS);
  }

  /** Told as often as it takes: to whom it is shown once the hands are free, else once. */
  function tell(id, one) {
    const now = performance.now();
    if (now < one.next || !desk.server.ready()) return;
    one.next = now + PORTAL_AGAIN_MS;
    if (isShown(id) && !busy()) {
      desk.push("portal", { id, answer: desk.view.answer().id });
      one.taken = true; // what comes back says whether it was
    } else if (!one.told && (!isShown(id) || !desk.scans.waiting())) {
      one.told = true;
      one.next = now + PORTAL_TICK_MS; // taken in as soon as the hands are free
      desk.push("portal", { id, value: "busy" });
      if (!isShown(id)) followed.delete(id);
    } else one.next = now + PORTAL_TICK_MS;
  }

  function tick() {
    for (const [id, one] of followed) {
      if (one.ended) tell(id, one);
      else if (one.slow && !isShown(id)) followed.delete(id);
      else if (!one.asks && asking < PORTAL_AT_ONCE && performance.now() >= one.next && !desk.server.away()) ask(id, one);
    }
  }

  desk.life.every(PORTAL_TICK_MS, tick);

  return {
    /** The outbox has heard of somebody of this desk what somebody must look at; told once. */
    late(id) {
      if (!id || memory.read("late", null) === id) return;
      memory.write("late", id);
      followed.set(id, { ended: true, next: 0 });
    },
    /** What Python says now: whom to follow, and who is not to be followed any more. */
    follow() {
      const portal = desk.data.answer?.portal;
      const id = presentedOf(desk.data.answer?.id);
      if (!portal?.waits) {
        if (id) followed.delete(id);
      } else if (!followed.has(id)) {
        const next = portal.slow ? performance.now() + PORTAL_SLOW_MS : 0;
        followed.set(id, { slow: portal.slow, ended: false, next });
      } else if (portal.slow && followed.get(id).ended && followed.get(id).taken) {
        followed.set(id, { slow: true, ended: false, next: performance.now() + PORTAL_SLOW_MS });
      }
    },
  };
}
