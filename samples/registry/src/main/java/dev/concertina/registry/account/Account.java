package dev.concertina.registry.account;

/**
 * Someone who issues certificates. Every account is a tenant: it sees its own certificates only.
 *
 * @param email what they sign in with, in lower case
 * @param name the name certificates carry as their issuer
 */
public record Account(long id, String email, String name) {}
