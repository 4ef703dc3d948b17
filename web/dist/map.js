import{a as o}from"./chunks/chunk-S4V5WUOP.js";for(let e of document.querySelectorAll("[data-map]"))o(e);
