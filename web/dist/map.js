import{a as o}from"./chunks/chunk-I5N4BWH6.js";for(let e of document.querySelectorAll("[data-map]"))o(e);
