import{a as o}from"./chunks/chunk-ODBXCTXK.js";for(let e of document.querySelectorAll("[data-map]"))o(e);
