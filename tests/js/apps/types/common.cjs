"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
// The same through `require`.
const oc = require("@omnicontact/node");
const total = oc.messagesReport({}, { zone: 'UTC', now: 0 }).delivery.total;
console.log(`types for require hold: ${total}`);
