package dev.concertina.registry.account;

/**
 * Someone who issues certificates and hands in submissions, and sees their own only.
 *
 * @param tenant whose registry they belong to
 * @param email what they sign in with, in lower case; unique in the registry
 * @param name the name certificates carry as their issuer
 */
public record Account(long id, String tenant, String email, String name) {}
