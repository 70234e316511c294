/** What a request's path may mean, and the patterns of the manifest. Knows octets only. */
@NullMarked
package dev.concertina.gateway.path;

import org.jspecify.annotations.NullMarked;
