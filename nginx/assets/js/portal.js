// What the pages can do without this file, they do; this makes some of it nicer. No framework, no inline code, and no
// syntax newer than ECMAScript 2015: a browser that cannot read a line of it would run none of it.
"use strict";

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

// A page of the portal, asked for in the background; it is as good as a request of the visitor's for the session.
const canFetch = Boolean(window.fetch && window.DOMParser);
const page = (address) => fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" } })
  .then((answer) => answer.text())
  .then((text) => new DOMParser().parseFromString(text, "text/html"));

// The error summary takes the focus, so that it is read out and its links are next.
const summary = document.querySelector(".error-summary[tabindex]");
if (summary) summary.focus();

all(".error-summary a[href^='#']").forEach((link) => {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    (label || field).scrollIntoView({ block: "start" });
  });
});

// Show password: the button is made here, because without a script it could do nothing. A form is always sent with the
// field hidden again, so that browsers do not keep the password among remembered words.
all(".password").forEach((box) => {
  const field = box.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toggle";
  button.setAttribute("aria-controls", field.id);
  const set = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? box.dataset.hide : box.dataset.show;
    button.setAttribute("aria-label", shown ? box.dataset.hideLabel : box.dataset.showLabel);
  };
  button.addEventListener("click", () => set(field.type === "password"));
  if (field.form) field.form.addEventListener("submit", () => set(false));
  set(false);
  box.append(button);
});

// Links that look like buttons are pressed with the space bar too.
all("a[role='button']").forEach((link) => {
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    link.click();
  });
});

// Finish: the confirm box in place of the page that asks. Cancel stays, OK posts.
all("a[data-confirm]").forEach((link) => {
  let isSent = false;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    if (isSent || !window.confirm(link.dataset.confirm)) return;
    const form = document.createElement("form");
    form.method = "post";
    form.action = link.href;
    const token = document.createElement("input");
    token.type = "hidden";
    token.name = "form_token";
    token.value = link.dataset.formToken;
    form.append(token);
    document.body.append(form);
    form.submit();
    isSent = true;
    // Should the line fail, the button works again.
    setTimeout(() => { isSent = false; }, 8000);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
});

// A second press while the first is on its way does nothing. The page may come back from the browser's memory: then the
// form is free again.
all("form[method='post' i]").forEach((form) => {
  let sentAt = 0;
  form.addEventListener("submit", (event) => {
    if (sentAt && Date.now() - sentAt < 8000) return event.preventDefault();
    sentAt = Date.now();
    all("button.button", form).forEach((button) => button.setAttribute("aria-disabled", "true"));
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    sentAt = 0;
    all("button.button", form).forEach((button) => button.removeAttribute("aria-disabled"));
  });
});

// Sending the OTPs again: the button counts down to the moment from which it is allowed.
all("button[data-wait-seconds]").forEach((button) => {
  const seconds = parseInt(button.dataset.waitSeconds, 10);
  if (!(seconds > 0)) return;
  const text = button.textContent;
  const end = Date.now() + seconds * 1000;
  const told = document.querySelector("[data-wait]");
  button.disabled = true;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0) {
      button.textContent = `${button.dataset.waitText}\u00a0${Math.floor(left / 60)}:${left % 60 < 10 ? "0" : ""}${left % 60}`;
      return;
    }
    clearInterval(timer);
    button.textContent = text;
    button.disabled = false;
    if (told) told.hidden = true;
  };
  const timer = setInterval(tick, 1000);
  tick();
});

// How far the messages are: looked at again every few seconds, for two minutes at most, while one is on its way.
const refreshing = document.querySelector("[data-refresh]");
if (refreshing && canFetch) {
  let facts = refreshing;
  let looks = 40;
  const lookAgain = () => {
    looks -= 1;
    if (facts.dataset.refresh && looks > 0) return setTimeout(look, facts.dataset.refresh * 1000);
    all(".refresh").forEach((link) => { link.hidden = true; });
  };
  const look = () => {
    page(facts.closest("main").querySelector("form").action).then((answer) => {
      const fresh = answer.querySelector("dl.facts");
      // Another page than this one: nothing is to be seen there.
      if (!fresh) return;
      facts.replaceWith(fresh);
      facts = fresh;
      lookAgain();
    }, lookAgain); // Where the line failed, the next look tries again.
  };
  setTimeout(look, facts.dataset.refresh * 1000);
}

// The rules under the account form are ticked while the registrant types. The server decides; this only helps.
const rules = document.querySelector(".rules");
if (rules) {
  const id = document.getElementById("icegate_id");
  const password = document.getElementById("new_password");
  const email = document.getElementById("email");
  const checks = {
    blanks: () => [id.value, !/\s/.test(id.value)],
    characters: () => [id.value, /^[A-Za-z0-9_\s-]*$/.test(id.value)],
    length: () => [id.value, id.value.length <= 25],
    alphanumeric: () => [id.value, /[A-Za-z0-9]/.test(id.value)],
    email: () => [email.value, email.value.length <= 50],
    password: () => [
      password.value,
      password.value.length >= 12 && /[0-9]/.test(password.value) && /[a-z]/.test(password.value) && /[A-Z]/.test(password.value) &&
        /[^A-Za-z0-9]/.test(password.value),
    ],
  };
  const judge = () => {
    all("[data-rule]", rules).forEach((rule) => {
      const [value, kept] = checks[rule.dataset.rule]();
      rule.dataset.state = value === "" ? "open" : kept ? "kept" : "broken";
    });
  };
  rules.classList.add("live");
  [id, password].forEach((field) => field.addEventListener("input", judge));
  judge();
}

// Captcha: the buttons stand beside the image. One brings other characters without losing what was typed: it asks for the
// page anew and takes the captcha out of it; where that fails, the form is sent as without a script. One lets them be heard.
all(".captcha-image").forEach((place) => {
  const form = place.closest("form");
  const refresh = form.querySelector(".captcha-refresh");
  const sound = form.querySelector(".captcha audio");
  if (!canFetch) return;

  const listen = document.createElement("button");
  listen.type = "button";
  listen.className = "text-button";
  const show = () => { listen.textContent = sound.paused ? sound.dataset.listen : sound.dataset.stop; };
  listen.addEventListener("click", () => {
    if (!sound.paused) return sound.load();
    const started = sound.play();
    // A sound that cannot be had leaves the browser's own controls, which say so.
    if (started) started.catch((reason) => { sound.hidden = reason.name === "AbortError"; });
  });
  ["play", "pause", "ended", "emptied"].forEach((event) => sound.addEventListener(event, show));
  sound.hidden = true;
  show();
  const help = document.createElement("div");
  help.className = "captcha-help";
  help.append(refresh, listen);
  place.append(help);

  // Enter presses the first button of a form: a button of type "button" is none.
  refresh.type = "button";
  refresh.addEventListener("click", () => {
    if (refresh.type !== "button") return;
    page(location.pathname).then((fresh) => {
      const token = fresh.querySelector("[name='captcha_token']").getAttribute("value");
      const image = fresh.querySelector(".captcha-image img").getAttribute("src");
      const spoken = fresh.querySelector(".captcha audio").getAttribute("src");
      const answer = form.querySelector("[name='captcha']");
      form.querySelector("[name='captcha_token']").value = token;
      place.querySelector("img").src = image;
      sound.src = spoken;
      answer.value = "";
      answer.focus();
    }).catch(() => {
      refresh.type = "submit";
      refresh.click();
    });
  });
});

// Without a script the browser's own menu prints.
all("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// The pause of the running line is remembered.
const pause = document.getElementById("pause");
if (pause) {
  try {
    pause.checked = localStorage.getItem("pause") === "yes";
    pause.addEventListener("change", () => localStorage.setItem("pause", pause.checked ? "yes" : "no"));
  } catch (reason) {
    // Storage is shut: the box works all the same, for this page.
  }
}

// Two minutes before the session ends the page says so, wherever the visitor has scrolled, and one press gives more time:
// the page is asked for once more in the background.
const session = document.getElementById("session");
if (session) {
  const button = session.querySelector("button, a");
  const told = document.createElement("p");
  // Spoken when it changes; the page's own status is another.
  told.setAttribute("aria-live", "polite");
  session.prepend(told);
  let end = 0;
  let said = "";
  const begin = (fresh) => {
    Object.assign(session.dataset, fresh.dataset);
    session.querySelector(".session-end").textContent = fresh.querySelector(".session-end").textContent;
    end = Date.now() + parseInt(session.dataset.secondsLeft, 10) * 1000;
  };
  const say = (words, isNear) => {
    if (said === words) return;
    said = words;
    told.textContent = words;
    session.classList.toggle("is-near", isNear);
    // What has the focus is not to lie beneath.
    document.documentElement.style.scrollPaddingBottom = isNear ? `${session.offsetHeight + 16}px` : "";
  };
  const look = () => {
    const left = end - Date.now();
    session.querySelector(".session-end").hidden = left <= 0;
    if (button) button.hidden = left <= 0 || session.dataset.last === "yes";
    if (left <= 0) say(session.dataset.over, true);
    else if (left <= 120000) say(session.dataset.near, true);
    else if (said === session.dataset.near) say(session.querySelector(".session-end").textContent, false);
  };
  begin(session);
  setInterval(look, 1000);
  if (button && canFetch) button.addEventListener("click", (event) => {
    if (session.dataset.again) return;
    event.preventDefault();
    page(location.href).then((fresh) => {
      begin(fresh.getElementById("session"));
      look();
    }).catch(() => {
      // Then as without a script.
      session.dataset.again = "yes";
      button.click();
    });
  });
}

// Another language, text size or contrast reloads the page: what was typed goes along, secrets apart. A button below the
// form does that for the language where there is no script.
all(".form-language").forEach((line) => { line.hidden = true; });
const kept = "typed:" + location.pathname;
const keepable = () => all("main form input[name], main form textarea[name]").filter(
  (field) => /^(text|email|tel|search|textarea)$/.test(field.type) && !/captcha|otp|password/.test(field.name));
try {
  const typed = JSON.parse(sessionStorage.getItem(kept) || "{}");
  sessionStorage.removeItem(kept);
  keepable().forEach((field) => {
    if (field.name in typed) field.value = typed[field.name];
  });
  all(".languages a, .languages button, .text-size a, .contrast").forEach((link) => {
    link.addEventListener("click", () => {
      const fields = {};
      keepable().forEach((field) => { fields[field.name] = field.value; });
      sessionStorage.setItem(kept, JSON.stringify(fields));
    });
  });
} catch (reason) {
  // Storage is shut: the page comes up as without a script.
}
