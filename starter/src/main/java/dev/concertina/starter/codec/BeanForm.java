package dev.concertina.starter.codec;

import tools.jackson.databind.JacksonModule;

/**
 * How values of a framework are written where they are fields of the application's own classes.
 *
 * @param module for the codec's own mapper; the application's JSON is not touched
 */
public record BeanForm(JacksonModule module) {}
