/**
 * What an autoscaler would have done: replays a traffic trace against a model of the service, with
 * the very policy, load window and definitions that the fleet uses. Pure: text in, records and text
 * out.
 */
@NullMarked
package dev.concertina.fleet.simulate;

import org.jspecify.annotations.NullMarked;
