// The camera, or a window of this computer: its picture in the finder, its frames looked at one after another.
"use strict";
{
  const LONGEST = 1600; // pixels of a frame's longer side
  const PAUSE = 250; // milliseconds from an answer to the next frame

  const camera = document.getElementById("camera");
  const view = document.getElementById("view");
  const status = document.getElementById("camera-status");
  const canvas = document.createElement("canvas");
  let stream = null;
  let fromCamera = false;
  let refused = "";

  const say = (name) => {
    status.textContent = status.dataset[name];
  };

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    view.srcObject = null;
    camera.classList.remove("camera--on");
  };

  const frame = () => {
    const scale = Math.min(1, LONGEST / Math.max(view.videoWidth, view.videoHeight));
    canvas.width = Math.round(view.videoWidth * scale);
    canvas.height = Math.round(view.videoHeight * scale);
    canvas.getContext("2d").drawImage(view, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
  };

  const send = async () => {
    const body = new FormData();
    body.append("image", await frame(), "frame.jpg");
    body.append("refused", refused);
    const headers = { "X-CSRFToken": camera.dataset.token };
    const answer = await fetch(camera.dataset.frame, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };

  const look = async (mine) => {
    while (stream === mine) {
      const seen = view.videoWidth ? await send() : {};
      if (stream !== mine) return;
      if (seen.next) {
        say("found");
        stop();
        location.assign(seen.next);
        return;
      }
      if (seen.message) status.textContent = seen.message;
      if (seen.mark) refused = seen.mark;
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  };

  const start = async (open, words) => {
    stop();
    say(words);
    try {
      const mine = await open();
      stream = mine;
      mine.getVideoTracks()[0].addEventListener("ended", stop);
      view.srcObject = mine;
      camera.classList.add("camera--on");
      await view.play();
      say("looking");
      await look(mine);
    } catch (error) {
      stop();
      say({ NotAllowedError: "refused", TypeError: "broken", Error: "broken" }[error.name] ?? "absent");
    }
  };

  const useCamera = () => {
    fromCamera = true;
    const open = () => navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: LONGEST } } });
    return start(open, "looking");
  };

  const useScreen = () => {
    fromCamera = false;
    const controller = "CaptureController" in globalThis ? new CaptureController() : undefined;
    const open = async () => {
      const chosen = await navigator.mediaDevices.getDisplayMedia({ video: true, controller });
      try {
        controller?.setFocusBehavior?.("no-focus-change");
      } catch {
        // a whole screen or a window has no focus to keep
      }
      return chosen;
    };
    return start(open, "window");
  };

  const has = (name) => typeof navigator.mediaDevices?.[name] === "function";

  const ways = [
    ["use-camera", useCamera, "getUserMedia"],
    ["use-screen", useScreen, "getDisplayMedia"],
  ].map(([id, use, needs]) => {
    const button = document.getElementById(id);
    button.addEventListener("click", use);
    button.hidden = !has(needs);
    return button;
  });
  camera.hidden = false;

  // What needs no picture first is the main button, where it can be used.
  const main = ways.find((button) => !button.hidden);
  if (main) {
    document.querySelector("[form=scan-form]").classList.remove("button--main");
    main.classList.add("button--main");
  }
  if (!has("getUserMedia")) say("insecure");

  // A camera that was allowed before opens by itself, as on a phone, and sleeps while nobody looks at this page.
  const allowed = async () => has("getUserMedia") && (await navigator.permissions.query({ name: "camera" })).state === "granted";
  const wake = () => allowed().then((yes) => yes && useCamera(), () => {}); // some browsers know no such permission
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && fromCamera && !stream) useCamera();
    else if (document.hidden && fromCamera) stop();
  });
  addEventListener("pagehide", stop);
  wake();
}
