// Every page works without this file: it keeps pages up to date while somebody looks at them.
import { watch } from "./live.js";
import { tellTimes } from "./times.js";
import { guardForms } from "./forms.js";

watch();
tellTimes();
guardForms();
