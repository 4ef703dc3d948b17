// Brings the maps of a page to life: moving, zooming, a card under the pointer, a click to the commune.
import { openMap } from "./atlas/view";

for (const holder of document.querySelectorAll<HTMLElement>("[data-map]")) openMap(holder);
