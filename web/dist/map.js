import{a as o}from"./chunks/chunk-EZQYSGJ5.js";for(let e of document.querySelectorAll("[data-map]"))o(e);
