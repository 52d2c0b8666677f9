export { CompactEncrypt, CompactSign, GeneralEncrypt, calculateJwkThumbprint, compactDecrypt, generalDecrypt } from "jose";
