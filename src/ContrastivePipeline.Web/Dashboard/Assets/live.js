// Regions that follow the server: <div data-live="ADDRESS"> is fetched again
//   on every event of data-events (server-sent), every data-every seconds, or after the region named by data-after
//   (with data-when="stage", only when one more stage is done).
// Nothing is asked for while the page is hidden: a browser has six connections a host, and an open stream holds one.
import { morph, remember } from "./morph.js";
import { localize } from "./times.js";

const pause = 700;
const lookAgain = 3000;

export function watch() {
  const regions = [...document.querySelectorAll("[data-live]")].map((element) => new Region(element));
  for (const region of regions) region.follow(regions);
  document.addEventListener("visibilitychange", () => {
    for (const region of regions) document.hidden ? region.rest() : region.wake();
  });
  addEventListener("pagehide", () => regions.forEach((region) => region.rest()));
  addEventListener("pageshow", ({ persisted }) => persisted && regions.forEach((region) => region.wake()));
}

class Region {
  #again = false;
  #busy = false;
  #source = null;
  #timer = 0;
  #said = "";
  #html = "";
  #done;

  constructor(element) {
    this.element = element;
    remember(element);
    this.followers = [];
  }

  follow(regions) {
    const { every, after } = this.element.dataset;
    if (after) regions.find((r) => r.element.id === after)?.followers.push(this);
    if (every) setInterval(() => document.hidden || this.refresh(), 1000 * Number(every));
    if (!document.hidden) this.#tune();
  }

  // Closes the stream; what happens meanwhile is seen on waking.
  rest() {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#timer);
  }

  wake() {
    const { events, every } = this.element.dataset;
    if (events || every) this.refresh().then(() => this.#tune());
  }

  // What is running sends events; what has stopped may be resumed, by this page or another program, and is asked now and then.
  #tune() {
    const { events } = this.element.dataset;
    if (!events || this.#source || document.hidden || this.element.querySelector("[data-over]")) return;
    if (this.element.querySelector("[data-going]")) this.#listen(events);
    else this.#later();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => document.hidden || this.refresh().then(() => this.#tune()), lookAgain);
  }

  #listen(address) {
    const source = new EventSource(address);
    this.#source = source;
    let lost = false;
    source.onopen = () => {
      if (lost) say("Connected again.");
      lost = false;
      this.refresh();
    };
    source.onerror = () => {
      if (source !== this.#source) return;
      // Refused for good, not merely interrupted: the next refresh learns why, and whether to sign in again.
      if (source.readyState === EventSource.CLOSED) {
        this.#source = null;
        this.refresh();
        this.#later();
      } else if (!lost) say("The server does not answer; trying again.");
      lost = true;
    };
    source.addEventListener("run", () => this.refresh());
    source.addEventListener("end", () => {
      source.close();
      this.#source = null;
      this.refresh().then(() => this.#tune());
    });
  }

  // One request at a time; what happens meanwhile is answered by one more.
  async refresh() {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    try {
      do {
        this.#again = false;
        await this.#fetch();
        await new Promise((done) => setTimeout(done, pause));
      } while (this.#again);
    } finally {
      this.#busy = false;
    }
  }

  async #fetch() {
    let answer;
    try {
      answer = await fetch(this.element.dataset.live, { headers: { Accept: "text/html" }, redirect: "manual" });
    } catch {
      return; // the event source tells that the server is away
    }
    // A part of a page is never elsewhere: who is sent on has to sign in, and comes back to this page.
    if (answer.type === "opaqueredirect" || answer.status === 401) location.assign(location.pathname + location.search);
    if (!answer.ok) return;
    const html = await answer.text();
    if (html === this.#html) return;
    this.#html = html;
    morph(this.element, html);
    localize(this.element);
    this.#announce();
    this.#lead();
  }

  // Some regions change with every event, others only when a stage has ended.
  #lead() {
    const done = this.element.querySelector("[data-done]")?.dataset.done ?? "";
    for (const follower of this.followers) if (follower.element.dataset.when !== "stage" || done !== this.#done) follower.refresh();
    this.#done = done;
  }

  #announce() {
    const words = this.element.querySelector("[data-say]")?.dataset.say ?? "";
    if (words && words !== this.#said) say(words, true);
    this.#said = words;
  }
}

// For screen readers; shown on the screen too where it is news there.
export function say(words, quietly = false) {
  const place = document.getElementById(quietly ? "whispers" : "says");
  place.textContent = words;
  if (!quietly) setTimeout(() => place.textContent === words && (place.textContent = ""), 6000);
}
