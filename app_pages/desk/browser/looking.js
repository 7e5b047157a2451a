// Looking only: the mode is one scan, and ends by itself.

const LOOKING_MS = 60000; // without a scan, a key or a pointer
const LOOKING_EVENTS = ["keydown", "pointerdown"];

function openLooking(desk) {
  let timer = 0;
  let taken = false; // its scan was made: the next one receives, whatever the screen still says
  let drawn = false;

  const said = () => desk.data.mode === "lookup";
  const on = () => said() && !taken;

  function restart() {
    clearTimeout(timer);
    if (on()) timer = setTimeout(end, LOOKING_MS);
  }

  function end() {
    desk.push("end_lookup");
  }

  for (const type of LOOKING_EVENTS) desk.life.listen(window, type, () => on() && restart(), { capture: true });

  return {
    on,
    /** A scan is made: tell whether it only looks. */
    take() {
      const looks = on();
      taken ||= looks;
      restart();
      return looks;
    },
    /** What Python says now. */
    watch() {
      if (!said()) taken = false;
      if (drawn !== on()) restart();
      drawn = on();
    },
    close: () => clearTimeout(timer),
  };
}
