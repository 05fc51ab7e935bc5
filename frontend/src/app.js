// What every page needs: small, and no page depends on it to work.
import { focusErrorSummary } from "./page/errors.js";
import { announceUpdates } from "./page/htmx.js";
import { openMenu } from "./page/menu.js";
import { guardForms } from "./page/forms.js";

document.documentElement.classList.add("js");
openMenu();
focusErrorSummary();
guardForms();
announceUpdates();
