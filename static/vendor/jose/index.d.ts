export { CompactEncrypt, CompactSign, GeneralEncrypt, calculateJwkThumbprint, compactDecrypt, compactVerify, generalDecrypt } from "jose";
