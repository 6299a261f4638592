// Starts the admin view. The files stand beside this one, wherever that is.
import start from "./suara-admin.js";

start().catch((reason) => {
  document.getElementById("unsupported")?.removeAttribute("hidden");
  throw reason;
});
