// Three short patterns, one for each colour: start in seconds, hertz, length, wave.

const SOUNDS = {
  ok: [[0, 660, 0.1, "sine"], [0.12, 990, 0.16, "sine"]],
  no: [[0, 150, 0.15, "square"], [0.22, 150, 0.2, "square"]],
  wait: [[0, 440, 0.28, "triangle"]],
  look: [[0, 560, 0.07, "sine"]],
};

function openSound(life) {
  let audio = null;
  const wake = () => {
    try {
      audio ??= new AudioContext();
      if (audio.state === "suspended") audio.resume().catch(() => {});
    } catch {
      audio = null;
    }
  };
  // A browser lets a page sound only after somebody has touched it.
  for (const type of ["pointerdown", "keydown"]) life.listen(window, type, wake, { capture: true });

  function note([start, hertz, length, wave]) {
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    const at = audio.currentTime + start;
    tone.type = wave;
    tone.frequency.value = hertz;
    loud.gain.setValueAtTime(0.0001, at);
    loud.gain.exponentialRampToValueAtTime(wave === "square" ? 0.08 : 0.2, at + 0.015);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + length);
    tone.connect(loud).connect(audio.destination);
    tone.start(at);
    tone.stop(at + length + 0.02);
  }

  return {
    play(tone) {
      if (audio?.state === "running") (SOUNDS[tone] ?? SOUNDS.wait).forEach(note);
    },
    close: () => audio?.close().catch(() => {}),
  };
}
