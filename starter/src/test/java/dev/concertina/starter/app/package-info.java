/** A Spring Boot application as anybody would write it, without a word about this product. */
package dev.concertina.starter.app;
