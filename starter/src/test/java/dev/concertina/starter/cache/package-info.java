/** The cache, with a checker that finds old values. */
package dev.concertina.starter.cache;
