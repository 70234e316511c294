/** The database's connections: as many as fit, and replicas nobody reads old data from. */
@NullMarked
package dev.concertina.starter.database;

import org.jspecify.annotations.NullMarked;
