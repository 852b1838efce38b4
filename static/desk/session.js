"use strict";

// Whether the desk is there and still knows who writes. A login page keeps nothing of what is sent to
// it, nor does the browser's own page of a connection that failed: so it is asked first, and whoever
// signed in again in another window gets the token without which the old one is refused.
window.newsroomSession = {
  /** Resolves to "" when the desk can be sent something, else to what is wrong, in words. */
  async renew(address) {
    try {
      const signal = AbortSignal.timeout(15_000);
      const response = await fetch(address, { cache: "no-store", redirect: "manual", signal });
      if (response.type === "opaqueredirect") {
        return "You are signed out. Sign in again in another window, then go on here.";
      }
      const { token } = response.ok ? await response.json() : {};
      if (!token) return "The desk does not answer.";
      const fields = document.querySelectorAll("input[name=csrfmiddlewaretoken]");
      for (const field of fields) field.value = token;
      return "";
    } catch {
      return "The desk cannot be reached.";
    }
  },
};
